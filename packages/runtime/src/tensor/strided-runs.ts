/**
 * The memory of a strided tensor as a few rectangles of bytes, for transfers that must not touch what
 * lies between the elements.
 */
export interface RunPlan {
  /** Dimensions from the largest stride to the smallest; the compact copy is row-major in this order. */
  readonly order: readonly number[];
  readonly rowElements: number;
  readonly rows: number;
  readonly pitchElements: number;
  /** Element offset of each rectangle in the tensor, in compact order. */
  readonly starts: readonly number[];
}

/** Source of the method: sort the dimensions by stride, merge neighbours that are dense, keep two for the rectangle. */
export function planRuns(shape: readonly number[], strides: readonly number[]): RunPlan {
  const order = shape.map((_, dim) => dim).sort((a, b) => strides[b]! - strides[a]! || a - b);
  const merged = mergeDense(order.map((dim) => ({ length: shape[dim]!, stride: strides[dim]! })));
  const innermost = merged.at(-1);
  const rowElements = innermost?.stride === 1 ? innermost.length : 1;
  const outer = innermost?.stride === 1 ? merged.slice(0, -1) : merged;
  const rowDimension = outer.at(-1);
  return {
    order,
    rowElements,
    rows: rowDimension?.length ?? 1,
    pitchElements: rowDimension?.stride ?? rowElements,
    starts: offsetsOf(outer.slice(0, -1)),
  };
}

interface Extent {
  readonly length: number;
  readonly stride: number;
}

function mergeDense(extents: readonly Extent[]): Extent[] {
  const merged: Extent[] = [];
  for (const extent of extents) {
    if (extent.length === 1) continue;
    const outer = merged.at(-1);
    if (outer !== undefined && outer.stride === extent.length * extent.stride) {
      merged[merged.length - 1] = { length: outer.length * extent.length, stride: extent.stride };
    } else {
      merged.push(extent);
    }
  }
  return merged;
}

function offsetsOf(extents: readonly Extent[]): number[] {
  let offsets = [0];
  for (const { length, stride } of extents) {
    offsets = offsets.flatMap((offset) => Array.from({ length }, (_, index) => offset + index * stride));
  }
  return offsets;
}

/** True when two elements may share memory: a stride does not step over all that lies inside it. */
export function mayOverlap(shape: readonly number[], strides: readonly number[]): boolean {
  const order = shape.map((_, dim) => dim).sort((a, b) => strides[a]! - strides[b]!);
  let span = 1;
  for (const dim of order) {
    if (shape[dim] === 1) continue;
    if (strides[dim]! < span) return true;
    span += (shape[dim]! - 1) * strides[dim]!;
  }
  return false;
}
