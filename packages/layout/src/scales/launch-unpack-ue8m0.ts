import { unpackUe8m0Kernel, unpackUe8m0Tile } from '@dg/kernels';
import { ceilDiv, type KernelDevice, type Stream, type Tensor } from '@dg/runtime';
import { alignedScaleRows } from './new-mn-major-tensor.js';
import { scaleExtents } from './scale-extents.js';

/** Unpacking as a kernel. The destination must have elements. */
export function launchUnpackUe8m0(
  device: KernelDevice,
  packed: Tensor<'int32'>,
  destination: Tensor<'float32'>,
  stream: Stream,
): void {
  const { batches, mn, k: words, batchStride, mnStride, kStride } = scaleExtents(packed);
  const { k } = scaleExtents(destination);
  const alignedMn = alignedScaleRows(mn);
  const mnTiles = ceilDiv(alignedMn, unpackUe8m0Tile.mn);
  const wordTiles = ceilDiv(words, unpackUe8m0Tile.words);
  device.kernel(unpackUe8m0Kernel).launch({
    grid: [mnTiles * wordTiles * batches, 1, 1],
    block: [unpackUe8m0Tile.threads, 1, 1],
    stream,
    arguments: [
      { type: 'address', buffer: packed.buffer, byteOffset: packed.byteOffset },
      { type: 'int64', value: batchStride },
      { type: 'int64', value: mnStride },
      { type: 'int64', value: kStride },
      { type: 'address', buffer: destination.buffer, byteOffset: destination.byteOffset },
      { type: 'int64', value: mn },
      { type: 'int64', value: alignedMn },
      { type: 'int64', value: k },
      { type: 'uint32', value: mnTiles },
      { type: 'uint32', value: wordTiles },
    ],
  });
}
