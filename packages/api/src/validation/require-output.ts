import { describeValue, reject, requireTensor, requireTensorOf, type Tensor } from '@dg/runtime';

const outputTypes = ['float32', 'bfloat16'] as const;
const float32Only = ['float32'] as const;

/** Returns `value` when it can hold D: float32 or bfloat16, shape [m, n], inner stride 1, row pitch ≥ n. */
export function requireOutput(operation: string, value: unknown, m: number, n: number): Tensor {
  const d = requireTensorOf(operation, 'd', value, outputTypes);
  if (d.rank !== 2 || d.shape[0] !== m || d.shape[1] !== n) {
    reject(operation, `d of shape [${m}, ${n}] (M from a, N from b)`, describeValue(d.shape));
  }
  requireRowMajor(operation, 'd', d);
  return d;
}

/** As `requireOutput`, of shape [groups, m, n], with groups that do not overlap; `dimensions` explains the shape. */
export function requireGroupedOutput(
  operation: string,
  value: unknown,
  shape: readonly [groups: number, m: number, n: number],
  dimensions: string,
  types: typeof outputTypes | typeof float32Only = outputTypes,
): Tensor {
  const d: Tensor = requireTensorOf<'float32' | 'bfloat16'>(operation, 'd', value, types);
  if (d.rank !== 3 || !hasShape(d, shape)) {
    reject(operation, `d of shape ${describeValue([...shape])} (${dimensions})`, describeValue(d.shape));
  }
  requireRowMajor(operation, 'd', d);
  return d;
}

/** Returns `value` when it can be added to D: dtype and shape of `d`, inner stride 1, rows and groups apart. */
export function requireAccumulator(operation: string, value: unknown, d: Tensor): Tensor {
  const c = requireTensor(operation, 'c', value);
  if (c === d) return c;
  if (c.dtype !== d.dtype) reject(operation, `c of dtype ${d.dtype} (that of d)`, c.dtype);
  if (c.rank !== d.rank || !hasShape(c, d.shape)) {
    reject(operation, `c of shape ${describeValue(d.shape)} (that of d)`, describeValue(c.shape));
  }
  requireRowMajor(operation, 'c', c);
  return c;
}

/** Throws when an entry point that only writes D is given a C. */
export function requireNoAccumulator(operation: string, options: object): void {
  const { c } = options as { readonly c?: unknown };
  if (c !== undefined) reject(operation, 'no c (m-grouped GEMMs do not add to D)', describeValue(c));
}

function hasShape(tensor: Tensor, shape: readonly number[]): boolean {
  for (let dim = 0; dim < shape.length; dim++) if (tensor.shape[dim] !== shape[dim]) return false;
  return true;
}

function requireRowMajor(operation: string, argument: string, tensor: Tensor): void {
  if (tensor.elementCount === 0) return;
  const { shape, strides, rank } = tensor;
  const rows = shape[rank - 2]!;
  const columns = shape[rank - 1]!;
  const pitch = strides[rank - 2]!;
  if (strides[rank - 1] !== 1) {
    reject(operation, `${argument} with inner stride 1`, `strides ${describeValue(strides)}`);
  }
  if (pitch < columns) {
    reject(
      operation,
      `${argument} with a row pitch of at least ${columns} elements (N)`,
      `a row pitch of ${pitch}`,
    );
  }
  const groupSpan = (rows - 1) * pitch + columns;
  if (rank === 3 && shape[0]! > 1 && strides[0]! < groupSpan) {
    reject(
      operation,
      `${argument} with a group stride of at least ${groupSpan} elements (M rows)`,
      `a group stride of ${strides[0]}`,
    );
  }
}
