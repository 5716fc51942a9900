import { describe, expect, it } from 'vitest';
import { listTiles } from '../support/list-tiles.js';

const [blockM, blockN, columns] = [256, 128, 12];
const most = 600;

interface ListedTile {
  readonly group: number;
  readonly row: number;
  readonly column: number;
}

/** For each cluster of one CTA the tiles that it takes. */
function tilesOf(rows: readonly number[], clusters: number): ListedTile[][] {
  const listed = listTiles({
    tiles: `__shared__ GroupOrder order;
  const TileSpace space{${most}, ${columns * blockN}, 128, 1, sizes, groups, 0};
  MaskedTiles<${blockM}, ${blockN}> tiles(space, {0, blockIdx.x, gridDim.x}, order);`,
    fields: ['group', 'row', 'column'],
    sizes: rows,
    clusters,
    most: allTiles(rows).length,
  });
  return listed.map((tiles) =>
    tiles.map(([group, row, column]) => ({ group: group!, row: row!, column: column! })),
  );
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
