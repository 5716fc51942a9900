import {
  fp8GemmNt,
  mGroupedFp8GemmNtContiguous,
  mGroupedFp8GemmNtMasked,
  type ScaledTensor,
  type WarmupOperation,
} from '@dg/api';
import { DgValidationError, type DType, type KernelDevice, type Tensor } from '@dg/runtime';
import { sizesOf } from '../../../packages/api/src/warmup/extent.js';

const scaleBlock = 128;
/** What fails in a queue shall be known before it is long. */
const callsPerSynchronisation = 256;

type Call = () => void;

/** Calls an FP8 operation with every M (masked: every expected M), and waits. Results are not looked at. */
export async function enqueueCalls(device: KernelDevice, operation: WarmupOperation): Promise<number> {
  const memory = new Memory(device);
  let count = 0;
  try {
    for (const call of callsOf(operation, memory)) {
      call();
      if (++count % callsPerSynchronisation === 0) await device.synchronize();
    }
    await device.synchronize();
    return count;
  } finally {
    memory.release();
  }
}

function callsOf(operation: WarmupOperation, memory: Memory): Iterable<Call> {
  switch (operation.operation) {
    case 'fp8GemmNt':
      return denseCalls(operation, memory);
    case 'mGroupedFp8GemmNtContiguous':
      return contiguousCalls(operation, memory);
    case 'mGroupedFp8GemmNtMasked':
      return maskedCalls(operation, memory);
    default:
      throw new DgValidationError(`expected another operation than ${operation.operation} for real calls`);
  }
}

function* denseCalls(operation: WarmupOperation, memory: Memory): Iterable<Call> {
  const [n, k] = [operation.n as number, operation.k as number];
  const rows = sizesOf(operation.m, 'm');
  const { a, d } = memory.rows(Math.max(...rows), n, k);
  const b = memory.weights([], n, k);
  for (const m of rows) yield () => fp8GemmNt(firstRows(a, m), b, d.slice(0, 0, m));
}

function* contiguousCalls(operation: WarmupOperation, memory: Memory): Iterable<Call> {
  const [n, k] = [operation.n as number, operation.k as number];
  const rows = sizesOf(operation.m, 'm');
  const most = Math.max(...rows);
  const { a, d } = memory.rows(most, n, k);
  const layout = memory.zeros([most], 'int32');
  for (const groups of sizesOf(operation.groups, 'groups')) {
    const b = memory.weights([groups], n, k);
    for (const m of rows) {
      yield () => mGroupedFp8GemmNtContiguous(firstRows(a, m), b, d.slice(0, 0, m), layout.slice(0, 0, m));
    }
  }
}

function* maskedCalls(operation: WarmupOperation, memory: Memory): Iterable<Call> {
  const [m, n, k] = [operation.m as number, operation.n as number, operation.k as number];
  for (const groups of sizesOf(operation.groups, 'groups')) {
    const a = {
      data: memory.zeros([groups, m, k], 'float8_e4m3fn'),
      scales: memory.zeros([groups, m, Math.ceil(k / scaleBlock)], 'float32'),
    };
    const b = memory.weights([groups], n, k);
    const d = memory.zeros([groups, m, n], 'bfloat16');
    const mask = memory.zeros([groups], 'int32');
    for (const expectedM of sizesOf(operation.expectedM ?? { from: 1, to: m }, 'expectedM')) {
      yield () => mGroupedFp8GemmNtMasked(a, b, d, mask, expectedM);
    }
  }
}

function firstRows({ data, scales }: ScaledTensor, m: number): ScaledTensor {
  return { data: data.slice(0, 0, m), scales: scales.slice(0, 0, m) };
}

/** Tensors of zeros that are released together. */
class Memory {
  readonly #device: KernelDevice;
  readonly #tensors: Tensor[] = [];

  constructor(device: KernelDevice) {
    this.#device = device;
  }

  zeros<T extends DType>(shape: readonly number[], dtype: T): Tensor<T> {
    const tensor = this.#device.zeros(shape, dtype);
    this.#tensors.push(tensor);
    return tensor;
  }

  /** A with MN-major scales, and D. */
  rows(m: number, n: number, k: number): { readonly a: ScaledTensor; readonly d: Tensor } {
    const scales = this.zeros([Math.ceil(k / scaleBlock), m], 'float32').transpose();
    return { a: { data: this.zeros([m, k], 'float8_e4m3fn'), scales }, d: this.zeros([m, n], 'bfloat16') };
  }

  weights(groups: readonly number[], n: number, k: number): ScaledTensor {
    return {
      data: this.zeros([...groups, n, k], 'float8_e4m3fn'),
      scales: this.zeros([...groups, Math.ceil(n / scaleBlock), Math.ceil(k / scaleBlock)], 'float32'),
    };
  }

  release(): void {
    for (const tensor of this.#tensors) tensor.destroy();
  }
}
