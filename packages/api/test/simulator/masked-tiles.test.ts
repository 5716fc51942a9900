import { type KernelSource, kernelIncludeRoot } from '@dg/kernels';
import { createSimulator } from '@dg/simulator';
import { describe, expect, it } from 'vitest';

const [blockM, blockN, columns] = [256, 128, 12];
const most = 600;

/** Writes the group, row and column of each tile that a cluster of one CTA takes, in its order. */
const source: KernelSource = {
  name: 'masked-tiles',
  entry: 'list_tiles',
  includeRoots: [kernelIncludeRoot],
  code: `#include "dg/schedule/grouped_tiles.cuh"
using namespace dg;
extern "C" __global__ void list_tiles(const i32* rows, u32 m, u32 n, u32 groups, u32 room, i32* out) {
  __shared__ GroupOrder order;
  MaskedTiles<${blockM}, ${blockN}> tiles({m, n, 128, 1, rows, groups, 0}, {0, blockIdx.x, gridDim.x}, order);
  i32* place = out + blockIdx.x * room * 3;
  for (Tile tile; tiles.next(tile); place += 3) {
    if (threadIdx.x != 0) continue;
    place[0] = tile.group;
    place[1] = tile.row;
    place[2] = tile.column;
  }
}
`,
};

interface ListedTile {
  readonly group: number;
  readonly row: number;
  readonly column: number;
}

/** For each cluster the tiles that it takes. */
function tilesOf(rows: readonly number[], clusters: number): ListedTile[][] {
  const device = createSimulator({});
  try {
    const room = allTiles(rows).length + 1;
    const sizes = device.tensor(Int32Array.from(rows), [rows.length], 'int32');
    const out = device.tensor(new Int32Array(clusters * room * 3).fill(-1), [clusters * room * 3], 'int32');
    device.kernel(source).launch({
      grid: [clusters, 1, 1],
      block: [32, 1, 1],
      arguments: [
        { type: 'address', buffer: sizes.buffer, byteOffset: 0 },
        ...[most, columns * blockN, rows.length, room].map((value) => ({ type: 'uint32', value }) as const),
        { type: 'address', buffer: out.buffer, byteOffset: 0 },
      ],
    });
    const numbers = out.readSync();
    return Array.from({ length: clusters }, (_, cluster) =>
      Array.from({ length: room }, (_, i) => {
        const [group, row, column] = numbers.subarray((cluster * room + i) * 3);
        return { group: group!, row: row!, column: column! };
      }).filter(({ group }) => group >= 0),
    );
  } finally {
    device.destroy();
  }
}

function allTiles(rows: readonly number[]): ListedTile[] {
  return rows.flatMap((count, group) =>
    Array.from({ length: Math.ceil(count / blockM) * columns }, (_, i) => ({
      group,
      row: Math.floor(i / columns) * blockM,
      column: (i % columns) * blockN,
    })),
  );
}

const asText = ({ group, row, column }: ListedTile) => `${group} ${row} ${column}`;
const few = [64, 0, 300, 1, 256, 65, 300, 600, 192];
/** More than a warp has lanes. */
const many = Array.from({ length: 35 }, (_, group) => (group * 97) % most);

describe('tiles of masked groups', () => {
  it.each([1, 2, 3, 4, 7, 24])('are taken once each, by %i clusters', (clusters) => {
    for (const rows of [few, many, [], [0, 0]]) {
      expect(tilesOf(rows, clusters).flat().map(asText).sort()).toEqual(allTiles(rows).map(asText).sort());
    }
  });

  it('are taken from the groups with the most rows first, of equal ones the lower number', () => {
    const order = [7, 2, 6, 4, 8, 5, 0, 3];
    const [tiles] = tilesOf(few, 1);
    expect([...new Set(tiles!.map(({ group }) => group))]).toEqual(order);
  });

  it('are taken in the order of the groups where these are too many to sort', () => {
    const [tiles] = tilesOf(many, 1);
    expect([...new Set(tiles!.map(({ group }) => group))]).toEqual(
      many.flatMap((count, group) => (count > 0 ? [group] : [])),
    );
  });

  it.each([4, 6, 7, 24])('in which groups end are spread over %i clusters', (clusters) => {
    const tiles = tilesOf(
      Array.from({ length: 24 }, () => 300),
      clusters,
    );
    for (const ofCluster of tiles) {
      const ends = ofCluster.filter(({ row }) => row > 0).length;
      expect(ends / ofCluster.length).toBeGreaterThan(0.35);
      expect(ends / ofCluster.length).toBeLessThan(0.65);
    }
  });
});
