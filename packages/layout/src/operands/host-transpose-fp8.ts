import { enqueueHostWork, hostBytes, type Stream, type Tensor } from '@dg/runtime';
import { matrixBatch } from '../validation/matrix-batch.js';

/** The transposing copy on `cpu`. */
export function enqueueHostTransposeFp8(source: Tensor, destination: Tensor, stream: Stream): void {
  const { batches, rows, columns, batchStride, rowStride } = matrixBatch(source);
  const target = matrixBatch(destination);
  const from = hostBytes(source.buffer);
  const to = hostBytes(destination.buffer);
  enqueueHostWork(stream, () => {
    for (let batch = 0; batch < batches; batch++) {
      const sourceStart = source.byteOffset + batch * batchStride;
      const targetStart = destination.byteOffset + batch * target.batchStride;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          to[targetStart + column * target.rowStride + row] = from[sourceStart + row * rowStride + column]!;
        }
      }
    }
  });
}
