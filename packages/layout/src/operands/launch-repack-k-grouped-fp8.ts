import {
  fp8KGroupRepackBlock,
  fp8KGroupRepackKernel,
  fp8KGroupRepackRows,
  fp8KGroupRepackThreads,
} from '@dg/kernels';
import { ceilDiv, type KernelDevice, type Stream, type Tensor } from '@dg/runtime';
import { startsAligned } from '../scales/tma-alignment.js';
import { matrixBatch } from '../validation/matrix-batch.js';

/** The repacking as a kernel. The destination must have elements. */
export function launchRepackKGroupedFp8(
  device: KernelDevice,
  source: Tensor,
  ks: Tensor,
  destination: Tensor,
  stream: Stream,
): void {
  const { rows: mn, columns: sumK, rowStride: pitch } = matrixBatch(destination);
  const blocks = sumK / fp8KGroupRepackBlock;
  device.kernel(fp8KGroupRepackKernel).launch({
    grid: [blocks * ceilDiv(mn, fp8KGroupRepackRows), 1, 1],
    block: [fp8KGroupRepackThreads, 1, 1],
    stream,
    arguments: [
      { type: 'address', buffer: source.buffer, byteOffset: source.byteOffset },
      { type: 'address', buffer: destination.buffer, byteOffset: destination.byteOffset },
      { type: 'int64', value: pitch },
      { type: 'int64', value: mn },
      { type: 'uint32', value: blocks },
      { type: 'uint32', value: Number(startsAligned(source)) },
      { type: 'address', buffer: ks.buffer, byteOffset: ks.byteOffset },
      { type: 'uint32', value: ks.shape[0]! },
    ],
  });
}
