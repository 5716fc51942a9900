import { type KernelSource, kernelIncludeRoot } from '@dg/kernels';
import { createSimulator } from '@dg/simulator';
import { describe, expect, it } from 'vitest';

const [blockM, blockN] = [128, 64];
/** Of D, in tiles. */
const [rows, columns] = [3, 5];
const k = 4096;

/** Writes what each cluster of `clusterM` CTAs takes, by its CTA of rank `cta`: the group, its K, row and column of each tile. */
const source = (clusterM: number): KernelSource => ({
  name: 'k-grouped-tiles',
  entry: 'list_tiles',
  includeRoots: [kernelIncludeRoot],
  code: `#include "dg/schedule/grouped_tiles.cuh"
using namespace dg;
extern "C" __global__ void list_tiles(const i32* sizes, u32 groups, u32 cta, u32 room, i32* out) {
  KGroupedTiles<${blockM}, ${blockN}, ${clusterM}, 1> tiles(
      {${rows * blockM}, ${columns * blockN}, ${k}, ${rows}, sizes, groups, 0}, {cta, blockIdx.x, gridDim.x});
  i32* place = out + blockIdx.x * room * 5;
  for (Tile tile; tiles.next(tile); place += 5) {
    if (threadIdx.x != 0) continue;
    place[0] = tile.group;
    place[1] = tile.k_begin;
    place[2] = tile.k_size;
    place[3] = tile.row;
    place[4] = tile.column;
  }
}
`,
});

interface ListedTile {
  readonly group: number;
  readonly kBegin: number;
  readonly kSize: number;
  readonly row: number;
  readonly column: number;
}

/** For each cluster the tiles that one of its CTAs takes. */
function tilesOf(
  sizes: readonly number[],
  clusters: number,
  { clusterM = 1, cta = 0 }: { readonly clusterM?: number; readonly cta?: number } = {},
): ListedTile[][] {
  const device = createSimulator({});
  try {
    const room = sizes.length * rows * columns + 1;
    const given = device.tensor(Int32Array.from(sizes), [sizes.length], 'int32');
    const out = device.tensor(new Int32Array(clusters * room * 5).fill(-1), [clusters * room * 5], 'int32');
    device.kernel(source(clusterM)).launch({
      grid: [clusters, 1, 1],
      block: [32, 1, 1],
      arguments: [
        { type: 'address', buffer: given.buffer, byteOffset: 0 },
        ...[sizes.length, cta, room].map((value) => ({ type: 'uint32', value }) as const),
        { type: 'address', buffer: out.buffer, byteOffset: 0 },
      ],
    });
    const numbers = out.readSync();
    return Array.from({ length: clusters }, (_, cluster) =>
      Array.from({ length: room }, (_, i) => {
        const [group, kBegin, kSize, row, column] = numbers.subarray((cluster * room + i) * 5);
        return { group: group!, kBegin: kBegin!, kSize: kSize!, row: row!, column: column! };
      }).filter(({ group }) => group >= 0),
    );
  } finally {
    device.destroy();
  }
}

/** Whole blocks of 128 of what is left, one group after the other. */
function allTiles(sizes: readonly number[], tileRows = Array.from({ length: rows }, (_, row) => row)) {
  let kBegin = 0;
  return sizes.flatMap((size, group) => {
    const kSize = Math.min(Math.floor(Math.max(size, 0) / 128) * 128, k - kBegin);
    const tiles = tileRows.flatMap((row) =>
      Array.from({ length: columns }, (_, column) => ({
        ...{ group, kBegin, kSize },
        ...{ row: row * blockM, column: column * blockN },
      })),
    );
    kBegin += kSize;
    return tiles;
  });
}

const asText = (tile: ListedTile) => Object.values(tile).join(' ');
const groupsIn = (tiles: readonly ListedTile[]) => [...new Set(tiles.map(({ group }) => group))];
const few = [512, 0, 256, 1024, 128, 300, 128, 640];
/** More than a warp has lanes, and more of K in the end than there is. */
const many = Array.from({ length: 40 }, (_, group) => 128 + 128 * ((group * 7) % 5));

describe('tiles of K groups', () => {
  it.each([1, 2, 4, 7])('are taken once each, by %i clusters', (clusters) => {
    for (const sizes of [few, many, [0, 0], [-5, 2 ** 31 - 1, 256], [k]]) {
      expect(tilesOf(sizes, clusters).flat().map(asText).sort()).toEqual(allTiles(sizes).map(asText).sort());
    }
  });

  it('come from the groups in their order, but for the first of those with the least of K', () => {
    expect(groupsIn(tilesOf(few, 1)[0]!)).toEqual([0, 1, 2, 3, 5, 6, 7, 4]);
    expect(groupsIn(tilesOf([256, 128], 1)[0]!)).toEqual([0, 1]);
    expect(groupsIn(tilesOf([128, 256], 1)[0]!)).toEqual([1, 0]);
    expect(groupsIn(tilesOf([0, 0, 0], 1)[0]!)).toEqual([0, 1, 2]);
    const least = many.indexOf(128);
    const others = many.flatMap((_, group) => (group === least ? [] : [group]));
    expect(groupsIn(tilesOf(many, 1)[0]!)).toEqual([...others, least]);
  });

  it.each([0, 1])('of a cluster lie one above the other, also below D: CTA %i', (cta) => {
    const tiles = tilesOf(few, 2, { clusterM: 2, cta }).flat();
    expect(tiles.map(asText).sort()).toEqual(
      allTiles(few, [cta, cta + 2])
        .map(asText)
        .sort(),
    );
  });
});
