import { DgValidationError } from '@dg/jit';
import type { KernelDevice, Stream, Tensor } from '@dg/runtime';
import { normalFillKernel, normalFillThreads } from './normal-kernel.js';

const largestPairCount = 2 ** 32 - 1;

/**
 * Fills a contiguous bfloat16 tensor of an even element count with standard normal numbers; equal seeds give equal
 * numbers. Enqueued.
 */
export function fillNormal(device: KernelDevice, stream: Stream, tensor: Tensor, seed: number): void {
  const pairs = tensor.elementCount / 2;
  if (!tensor.isContiguous || !Number.isInteger(pairs) || pairs > largestPairCount) {
    throw new DgValidationError(
      `expected a contiguous tensor of an even element count below 2^33 for fillNormal but received ` +
        `[${tensor.shape.join(', ')}]`,
    );
  }
  device.kernel(normalFillKernel).launch({
    grid: [Math.ceil(pairs / normalFillThreads), 1, 1],
    block: [normalFillThreads, 1, 1],
    stream,
    arguments: [
      { type: 'address', buffer: tensor.buffer, byteOffset: tensor.byteOffset },
      { type: 'uint32', value: pairs },
      { type: 'uint32', value: seed },
    ],
  });
}
