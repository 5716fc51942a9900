import { describe, expect, it } from 'vitest';
import { listTiles } from '../support/list-tiles.js';

const [blockM, blockN] = [128, 64];
/** Of D, in tiles. */
const [rows, columns] = [3, 5];
const k = 4096;

interface ListedTile {
  readonly group: number;
  readonly kBegin: number;
  readonly kSize: number;
  readonly row: number;
  readonly column: number;
}

/** For each cluster of `clusterM` CTAs the tiles that the one of rank `cta` takes. */
function tilesOf(
  sizes: readonly number[],
  clusters: number,
  { clusterM = 1, cta = 0 }: { readonly clusterM?: number; readonly cta?: number } = {},
): ListedTile[][] {
  const listed = listTiles({
    tiles: `const TileSpace space{${rows * blockM}, ${columns * blockN}, ${k}, ${rows}, sizes, groups, 0};
  KGroupedTiles<${blockM}, ${blockN}, ${clusterM}, 1> tiles(space, {${cta}, blockIdx.x, gridDim.x});`,
    fields: ['group', 'k_begin', 'k_size', 'row', 'column'],
    sizes,
    clusters,
    most: sizes.length * rows * columns,
  });
  return listed.map((tiles) =>
    tiles.map(([group, kBegin, kSize, row, column]) => ({
      ...{ group: group!, kBegin: kBegin!, kSize: kSize! },
      ...{ row: row!, column: column! },
    })),
  );
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
