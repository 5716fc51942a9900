import { bf16GemmNt, fp8GemmNt, perBlockCastToFp8, perTokenCastToFp8, type ScaledTensor } from '@dg/api';
import type { KernelDevice, Stream, Tensor } from '@dg/runtime';
import type { GemmOperation } from '../gemm-operation.js';
import type { GemmShape } from '../gemm-shape.js';
import { fillNormal } from './fill-normal.js';

/** One set of inputs with its output, ready to be multiplied. */
export interface GemmSet {
  readonly operands: GemmSetOperands;
  /** [m, n]. */
  readonly d: Tensor<OutputType>;
  /** Enqueues the product. */
  enqueue(stream: Stream): void;
  destroy(): void;
}

export type OutputType = 'bfloat16' | 'float32';

export interface GemmSetOutput {
  readonly outputType: OutputType;
  /** D is also C and starts at zero. */
  readonly accumulate: boolean;
}

export type GemmSetOperands =
  | { readonly operation: 'fp8_nt_1d2d'; readonly a: ScaledTensor; readonly b: ScaledTensor }
  | { readonly operation: 'bf16_nt'; readonly a: Tensor<'bfloat16'>; readonly b: Tensor<'bfloat16'> };

const benchmarkOutput: GemmSetOutput = { outputType: 'bfloat16', accumulate: false };

/** Bytes that make NaN of either output type: an element that is not written spoils the check. */
const poison = 0xff;

/**
 * Random normal inputs, cast where the operation needs it, with scales in the layout that the kernel takes.
 * Enqueued on the stream.
 */
export function createGemmSet(
  device: KernelDevice,
  stream: Stream,
  operation: GemmOperation,
  { m, n, k }: GemmShape,
  seed: number,
  { outputType, accumulate }: GemmSetOutput = benchmarkOutput,
): GemmSet {
  const a = device.empty([m, k], 'bfloat16', { label: 'a' });
  const b = device.empty([n, k], 'bfloat16', { label: 'b' });
  const d = device.empty([m, n], outputType, { label: 'd' });
  fillNormal(device, stream, a, 2 * seed);
  fillNormal(device, stream, b, 2 * seed + 1);
  const rowBytes = d.buffer.byteLength;
  const options = accumulate ? { c: d } : {};
  d.buffer.fill(
    accumulate ? 0 : poison,
    { byteOffset: 0, rowBytes, rows: 1, pitchBytes: rowBytes },
    { stream },
  );
  if (operation === 'bf16_nt') {
    return {
      operands: { operation, a, b },
      d,
      enqueue: (target) => bf16GemmNt(a, b, d, { ...options, stream: target }),
      destroy: () => destroyAll([a, b, d]),
    };
  }
  const scaledA = perTokenCastToFp8(a, { stream });
  const scaledB = perBlockCastToFp8(b, { stream });
  destroyAll([a, b]);
  return {
    operands: { operation, a: scaledA, b: scaledB },
    d,
    enqueue: (target) => fp8GemmNt(scaledA, scaledB, d, { ...options, stream: target }),
    destroy: () => destroyAll([scaledA.data, scaledA.scales, scaledB.data, scaledB.scales, d]),
  };
}

function destroyAll(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.destroy();
}
