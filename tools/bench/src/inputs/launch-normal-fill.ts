import { DgValidationError } from '@dg/jit';
import type { KernelDevice, Stream } from '@dg/runtime';
import type { FillNormal } from './fill-normal.js';
import { normalFillKernel, normalFillThreads } from './normal-kernel.js';

const largestPairCount = 2 ** 32 - 1;

/** Fills by a kernel, on the stream that it is asked for. */
export function launchNormalFill(device: KernelDevice): (stream: Stream) => FillNormal {
  return (stream) => (tensor, seed) => {
    const pairs = tensor.elementCount / 2;
    if (!tensor.isContiguous || !Number.isInteger(pairs) || pairs > largestPairCount) {
      throw new DgValidationError(
        `expected a contiguous tensor of an even element count below 2^33 to fill but received ` +
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
  };
}
