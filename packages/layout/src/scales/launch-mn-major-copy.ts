import { mnMajorCopyKernel, mnMajorCopyTile } from '@dg/kernels';
import { ceilDiv, type KernelDevice, type Stream, type Tensor } from '@dg/runtime';
import { alignedScaleRows } from './new-mn-major-tensor.js';
import { scaleExtents } from './scale-extents.js';

/** The copy to the MN-major TMA-aligned layout as a kernel, which moves 4-byte words. No dimension may be 0. */
export function launchMnMajorCopy(
  device: KernelDevice,
  source: Tensor,
  destination: Tensor,
  stream: Stream,
): void {
  const { batches, mn, k, batchStride, mnStride, kStride } = scaleExtents(source);
  const alignedMn = alignedScaleRows(mn);
  const mnTiles = ceilDiv(alignedMn, mnMajorCopyTile.mn);
  const kTiles = ceilDiv(k, mnMajorCopyTile.k);
  device.kernel(mnMajorCopyKernel).launch({
    grid: [mnTiles * kTiles * batches, 1, 1],
    block: [mnMajorCopyTile.threads, 1, 1],
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
