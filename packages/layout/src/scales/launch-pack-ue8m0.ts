import { type PackUe8m0Config, packUe8m0Kernel, packUe8m0Tile } from '@dg/kernels';
import { ceilDiv, type KernelArgument, type KernelDevice } from '@dg/runtime';
import { alignedScaleRows } from './new-mn-major-tensor.js';
import type { PackProblem, ScaleGroups } from './pack-problem.js';
import { scaleExtents } from './scale-extents.js';
import { rowsStartAligned, startsAligned } from './tma-alignment.js';

/** Packing as a kernel. The destination must have elements. */
export function launchPackUe8m0(device: KernelDevice, problem: PackProblem): void {
  const { source, rowsPerScale, destination, groups, stream } = problem;
  const { batches, k, batchStride, mnStride, kStride } = scaleExtents(source);
  const { mn, k: words } = scaleExtents(destination);
  const alignedMn = alignedScaleRows(mn);
  const config = packUe8m0Config(problem);
  const tile = packUe8m0Tile(config);
  const mnTiles = ceilDiv(alignedMn, tile.mn);
  const wordTiles = ceilDiv(words, tile.words);
  device.kernel(packUe8m0Kernel(config)).launch({
    grid: [mnTiles * wordTiles * batches, 1, 1],
    block: [tile.threads, 1, 1],
    stream,
    arguments: [
      { type: 'address', buffer: source.buffer, byteOffset: source.byteOffset },
      { type: 'int64', value: batchStride },
      { type: 'int64', value: mnStride },
      { type: 'int64', value: kStride },
      { type: 'int64', value: rowsPerScale },
      { type: 'address', buffer: destination.buffer, byteOffset: destination.byteOffset },
      { type: 'int64', value: mn },
      { type: 'int64', value: alignedMn },
      { type: 'int64', value: k },
      { type: 'int64', value: words },
      { type: 'uint32', value: mnTiles },
      { type: 'uint32', value: wordTiles },
      ...groupArguments(groups),
    ],
  });
}

/** What the kernel is compiled for. */
export function packUe8m0Config(problem: PackProblem): PackUe8m0Config {
  const { source, rowsPerScale, destination, round, groups } = problem;
  const { mnStride } = scaleExtents(source);
  return {
    round,
    kGrouped: groups !== undefined,
    // Columns of the destination are whole vectors as they are TMA-aligned.
    vectors:
      mnStride === 1 &&
      rowsPerScale === 1 &&
      rowsStartAligned(source.transpose()) &&
      startsAligned(destination),
  };
}

function groupArguments(groups: ScaleGroups | undefined): KernelArgument[] {
  if (groups === undefined) {
    return [{ type: 'null' }, { type: 'uint32', value: 0 }, { type: 'uint32', value: 1 }];
  }
  const { ks, kPerScale } = groups;
  return [
    { type: 'address', buffer: ks.buffer, byteOffset: ks.byteOffset },
    { type: 'uint32', value: ks.shape[0]! },
    { type: 'uint32', value: kPerScale },
  ];
}
