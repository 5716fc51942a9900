import { mnMajorCopyKernel, mnMajorCopyThreads, mnMajorCopyTileEdge } from '@dg/kernels';
import { bytesPerElement, type KernelDevice, type Stream, type Tensor } from '@dg/runtime';
import { ceilDiv } from '../integer-rounding.js';
import { mnMajorCopyExtents } from './mn-major-copy-extents.js';
import { getTmaAlignedSize } from './tma-alignment.js';

/** The copy of `getMnMajorTmaAlignedTensor` as a kernel. No dimension may be 0. */
export function launchMnMajorCopy(
  device: KernelDevice,
  source: Tensor,
  destination: Tensor,
  stream: Stream,
): void {
  const { batches, mn, k, batchStride, mnStride, kStride } = mnMajorCopyExtents(source);
  const alignedMn = getTmaAlignedSize(mn, bytesPerElement('float32'));
  const mnTiles = ceilDiv(alignedMn, mnMajorCopyTileEdge);
  const kTiles = ceilDiv(k, mnMajorCopyTileEdge);
  device.kernel(mnMajorCopyKernel).launch({
    grid: [mnTiles * kTiles * batches, 1, 1],
    block: [mnMajorCopyThreads, 1, 1],
    stream,
    arguments: [
      { type: 'address', buffer: source.buffer, byteOffset: source.byteOffset },
      { type: 'int64', value: batchStride },
      { type: 'int64', value: mnStride },
      { type: 'int64', value: kStride },
      { type: 'address', buffer: destination.buffer, byteOffset: destination.byteOffset },
      { type: 'int64', value: mn },
      { type: 'int64', value: alignedMn },
      { type: 'int64', value: k },
      { type: 'uint32', value: mnTiles },
      { type: 'uint32', value: kTiles },
    ],
  });
}
