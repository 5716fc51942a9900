import { fp8TransposeKernel, fp8TransposeThreads, fp8TransposeTileEdge } from '@dg/kernels';
import { ceilDiv, type KernelDevice, type Stream, type Tensor } from '@dg/runtime';
import { rowsStartAligned } from '../scales/tma-alignment.js';
import { matrixBatch } from '../validation/matrix-batch.js';

/** The transposing copy as a kernel. No dimension may be 0. */
export function launchTransposeFp8(
  device: KernelDevice,
  source: Tensor,
  destination: Tensor,
  stream: Stream,
): void {
  const { batches, rows, columns, batchStride, rowStride } = matrixBatch(source);
  const target = matrixBatch(destination);
  const rowTiles = ceilDiv(rows, fp8TransposeTileEdge);
  const columnTiles = ceilDiv(columns, fp8TransposeTileEdge);
  device.kernel(fp8TransposeKernel).launch({
    grid: [columnTiles * rowTiles * batches, 1, 1],
    block: [fp8TransposeThreads, 1, 1],
    stream,
    arguments: [
      { type: 'address', buffer: source.buffer, byteOffset: source.byteOffset },
      { type: 'int64', value: batchStride },
      { type: 'int64', value: rowStride },
      { type: 'address', buffer: destination.buffer, byteOffset: destination.byteOffset },
      { type: 'int64', value: target.batchStride },
      { type: 'int64', value: target.rowStride },
      { type: 'int64', value: rows },
      { type: 'int64', value: columns },
      { type: 'uint32', value: rowTiles },
      { type: 'uint32', value: columnTiles },
      { type: 'uint32', value: Number(rowsStartAligned(source)) },
    ],
  });
}
