import { castKernel, castTile } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { ceilDiv } from '../integer-rounding.js';
import { rowsStartAligned } from '../scales/tma-alignment.js';
import type { CastProblem } from './cast-problem.js';

/** A cast as one kernel launch. x must not be empty. */
export function launchCast(device: KernelDevice, problem: CastProblem): void {
  const { x, out, group, ue8m0, stream, written } = problem;
  const config = {
    float32Input: x.dtype === 'float32',
    groupRows: group.rows,
    groupColumns: group.columns,
    ue8m0,
    aligned: rowsStartAligned(x) && rowsStartAligned(out.data),
  };
  const [rows, columns] = x.shape as readonly [number, number];
  const tile = castTile(config);
  // The padding of the scales belongs to tiles too, which may hold nothing else.
  const rowTiles = ceilDiv(Math.max(rows, written.scaleRows * group.rows), tile.rows);
  const columnTiles = ceilDiv(Math.max(columns, written.scaleColumns * group.columns), tile.columns);
  device.kernel(castKernel(config)).launch({
    grid: [rowTiles * columnTiles, 1, 1],
    block: [tile.threads, 1, 1],
    stream,
    arguments: [
      { type: 'address', buffer: x.buffer, byteOffset: x.byteOffset },
      { type: 'int64', value: x.strides[0]! },
      { type: 'address', buffer: out.data.buffer, byteOffset: out.data.byteOffset },
      { type: 'int64', value: out.data.strides[0]! },
      { type: 'address', buffer: out.scales.buffer, byteOffset: out.scales.byteOffset },
      { type: 'int64', value: out.scales.strides[0]! },
      { type: 'int64', value: out.scales.strides[1]! },
      { type: 'int64', value: rows },
      { type: 'int64', value: columns },
      { type: 'int64', value: written.dataColumns },
      { type: 'int64', value: written.scaleRows },
      { type: 'int64', value: written.scaleColumns },
      { type: 'uint32', value: columnTiles },
    ],
  });
}
