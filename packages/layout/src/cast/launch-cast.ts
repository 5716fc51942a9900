import { castKernel, castTile } from '@dg/kernels';
import { ceilDiv, type KernelDevice } from '@dg/runtime';
import { rowsStartAligned } from '../scales/tma-alignment.js';
import { matrixBatch } from '../validation/matrix-batch.js';
import type { CastProblem } from './cast-problem.js';

/** A cast as one kernel launch. x must not be empty. */
export function launchCast(device: KernelDevice, problem: CastProblem): void {
  const { x, out, group, ue8m0, stream, written } = problem;
  const { step, dtype } = problem.scales;
  const config = {
    float32Input: x.dtype === 'float32',
    groupRows: group.rows,
    groupColumns: group.columns,
    ue8m0,
    packed: dtype === 'int32',
    aligned: rowsStartAligned(x) && rowsStartAligned(out.data),
  };
  const { batches, rows, columns, ...input } = matrixBatch(x);
  const data = matrixBatch(out.data);
  const scales = matrixBatch(out.scales);
  const tile = castTile(config);
  // The padding of the scales belongs to tiles too, which may hold nothing else.
  const rowTiles = ceilDiv(Math.max(rows, written.scaleRows * step.rows), tile.rows);
  const columnTiles = ceilDiv(Math.max(columns, written.scaleColumns * step.columns), tile.columns);
  device.kernel(castKernel(config)).launch({
    grid: [batches * rowTiles * columnTiles, 1, 1],
    block: [tile.threads, 1, 1],
    stream,
    arguments: [
      { type: 'address', buffer: x.buffer, byteOffset: x.byteOffset },
      { type: 'int64', value: input.batchStride },
      { type: 'int64', value: input.rowStride },
      { type: 'address', buffer: out.data.buffer, byteOffset: out.data.byteOffset },
      { type: 'int64', value: data.batchStride },
      { type: 'int64', value: data.rowStride },
      { type: 'address', buffer: out.scales.buffer, byteOffset: out.scales.byteOffset },
      { type: 'int64', value: scales.batchStride },
      { type: 'int64', value: scales.rowStride },
      { type: 'int64', value: scales.columnStride },
      { type: 'int64', value: rows },
      { type: 'int64', value: columns },
      { type: 'int64', value: written.dataColumns },
      { type: 'int64', value: written.scaleRows },
      { type: 'int64', value: written.scaleColumns },
      { type: 'uint32', value: rowTiles },
      { type: 'uint32', value: columnTiles },
    ],
  });
}
