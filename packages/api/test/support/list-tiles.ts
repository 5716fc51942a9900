import { type KernelSource, kernelIncludeRoot } from '@dg/kernels';
import { createSimulator } from '@dg/simulator';

/** A schedule of grouped tiles, as the kernels have it, and what is to be known of each tile. */
export interface TileListing {
  /** C++ that declares `tiles`, by the parameters of `list_tiles` below. */
  readonly tiles: string;
  /** Members of `Tile`. */
  readonly fields: readonly string[];
  /** What the groups are told to be. */
  readonly sizes: readonly number[];
  readonly clusters: number;
  /** The most that a cluster can take. */
  readonly most: number;
}

/** For each cluster the `fields` of the tiles that it takes, in its order, as the simulator executes the schedule. */
export function listTiles({ tiles, fields, sizes, clusters, most }: TileListing): number[][][] {
  const device = createSimulator({});
  const room = most + 1;
  const numbers = clusters * room * fields.length;
  try {
    const given = device.tensor(Int32Array.from(sizes), [sizes.length], 'int32');
    const out = device.tensor(new Int32Array(numbers).fill(-1), [numbers], 'int32');
    device.kernel(listingKernel(tiles, fields)).launch({
      grid: [clusters, 1, 1],
      block: [32, 1, 1],
      arguments: [
        { type: 'address', buffer: given.buffer, byteOffset: 0 },
        ...[sizes.length, room].map((value) => ({ type: 'uint32', value }) as const),
        { type: 'address', buffer: out.buffer, byteOffset: 0 },
      ],
    });
    const listed = out.readSync();
    return Array.from({ length: clusters }, (_, cluster) =>
      Array.from({ length: room }, (_, i) => {
        const start = (cluster * room + i) * fields.length;
        return [...listed.subarray(start, start + fields.length)];
      }).filter(([first]) => first! >= 0),
    );
  } finally {
    device.destroy();
  }
}

function listingKernel(tiles: string, fields: readonly string[]): KernelSource {
  return {
    name: 'list-tiles',
    entry: 'list_tiles',
    includeRoots: [kernelIncludeRoot],
    code: `#include "dg/schedule/grouped_tiles.cuh"
using namespace dg;
extern "C" __global__ void list_tiles(const i32* sizes, u32 groups, u32 room, i32* out) {
  ${tiles}
  i32* place = out + blockIdx.x * room * ${fields.length};
  for (Tile tile; tiles.next(tile); place += ${fields.length}) {
    if (threadIdx.x != 0) continue;
    ${fields.map((field, at) => `place[${at}] = tile.${field};`).join('\n    ')}
  }
}
`,
  };
}
