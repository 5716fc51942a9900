// Pitfall: a store box taller than the rows that are left; N tails: access past N; multicast across tiles of
// different groups; A tensor map prefetched for a group that is skipped.
import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { groupLayout } from '../support/group-layout.js';
import { completeMGrouped, type MGroupedCase } from '../support/m-grouped-case.js';
import { drawMGrouped } from '../support/m-grouped-data.js';
import { uploadMGrouped } from '../support/m-grouped-gemm.js';
import { allowedEpsilon } from '../support/test-settings.js';

interface ContiguousEdge extends Partial<MGroupedCase> {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly order?: readonly number[];
  /** Rows of A and D, where they are not as many as the groups need. */
  readonly rows?: number;
  readonly layout?: 'rows' | 'psum';
  readonly mkAlignment?: number;
  /** Also for the entry points and recipes that differ in B alone. */
  readonly forAll?: true;
}

const sixtyFour = Array.from({ length: 64 }, (_, group) => (group % 5 === 0 ? 1 + (group % 7) : 0));
const most = Array.from({ length: 256 }, (_, group) => (group % 23 === 2 ? 1 + (group % 7) : 0));

/** Each edge runs in the per-row and in the prefix-sum form where it names none. */
const edges: ContiguousEdge[] = [
  { name: 'one group', sizes: [130] },
  { name: 'one full segment after another', sizes: [128, 256, 128], layout: 'rows' },
  // Pitfall: a tensor map prefetched for a group that is skipped. B of empty groups is poison.
  { name: 'empty groups at the start, inside and at the end', sizes: [0, 0, 70, 0, 33, 0], forAll: true },
  { name: 'single-row groups', sizes: [1, 1, 1, 1] },
  { name: 'groups in arbitrary order', sizes: [40, 129, 1, 65], order: [2, 0, 3, 1], layout: 'rows' },
  // Pitfall: multicast across tiles that belong to different groups, an odd number of tiles in a group.
  { name: 'segments of one alignment unit', sizes: [128, 1, 127, 128, 64], n: 136 },
  { name: 'alignment of 64', sizes: [64, 1, 63, 65], mkAlignment: 64 },
  { name: 'alignment of 192', sizes: [192, 10, 193], mkAlignment: 192, layout: 'psum' },
  { name: 'alignment of 256', sizes: [256, 3], mkAlignment: 256 },
  { name: '64 groups', sizes: sixtyFour, mkAlignment: 64, n: 24, k: 64 },
  { name: '256 groups', sizes: most, mkAlignment: 64, n: 24, k: 64 },
  // Pitfall: a store box taller than what is left of M.
  { name: 'a last segment that ends with the matrix', sizes: [128, 7], rows: 135 },
  { name: 'padding past the last segment', sizes: [5, 6], rows: 600 },
  { name: 'N tail', sizes: [129, 3], n: 129, k: 36, forAll: true },
  { name: 'N of 1', sizes: [129, 3], n: 1, k: 16 },
  { name: 'K of 0', sizes: [129, 3], k: 0, data: 'normal' },
  { name: 'MN-major A', sizes: [100, 30], majorA: 'mn', layout: 'rows' },
  { name: 'MN-major B', sizes: [100, 30], majorB: 'mn', layout: 'rows', forAll: true },
  {
    name: 'exact, float32',
    sizes: [100, 0, 130],
    data: 'integers',
    outputType: 'float32',
    k: 256,
    forAll: true,
  },
  { name: 'exact, bfloat16', sizes: [100, 0, 130], data: 'integers', outputType: 'bfloat16', k: 256 },
];

describe.each([
  ['float8_e4m3fn', 'nt', 128],
  ['float8_e4m3fn', 'nn', 128],
  ['float8_e4m3fn', 'nt', 1],
  ['bfloat16', 'nt', 128],
  ['bfloat16', 'nn', 128],
] as const)('contiguous groups of %s, %s, scales of %i rows of B', (operandType, entry, scaleRowsB) => {
  const seed = testSeed();
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  const isPlain = entry === 'nt' && scaleRowsB === 128;
  // The layout has nothing to do with the type: BF16 alone would tell nothing more about the other form.
  const bothLayouts =
    isPlain && operandType === 'float8_e4m3fn' ? (['rows', 'psum'] as const) : (['psum'] as const);
  const withLayout = edges
    .filter((edge) => isPlain || edge.forAll)
    .flatMap((edge) =>
      (edge.layout === undefined ? bothLayouts : [edge.layout]).map((layout) => ({ ...edge, layout })),
    );
  it.for(withLayout)('$name ($layout)', async (edge) => {
    const { sizes, order, rows, layout, mkAlignment = 128, name: _, forAll: _all, ...fields } = edge;
    const random = seededRandom(seed);
    const placed = groupLayout(sizes, { layout, mkAlignment, order, m: rows });
    const options = { layout, ...(mkAlignment === 128 ? {} : { mkAlignment }) };
    const given = { n: 40, k: 136, entry, ...fields, operandType, scaleRowsB, options };
    const gemm = completeMGrouped(random, {
      ...given,
      form: 'contiguous',
      groups: sizes.length,
      m: placed.m,
    });
    const onDevice = uploadMGrouped(device, drawMGrouped(random, gemm, placed.rows), placed.contents);
    onDevice.reset();
    onDevice.run();
    const first = await onDevice.output.tensor.read();
    const epsilon = onDevice.check(first, placed.rows);
    expect(epsilon).toBeLessThanOrEqual(allowedEpsilon(operandType));
    await onDevice.output.expectGuardsIntact();
    onDevice.destroy();
  });

  // Pitfall: group index -1 used as an offset into B.
  it.for(['rows', 'psum'] as const)('all rows padding (%s)', async (layout) => {
    const random = seededRandom(seed);
    const m = 200;
    const rows = [[], []];
    const contents = layout === 'rows' ? new Int32Array(m).fill(-1) : new Int32Array(2);
    const gemm = completeMGrouped(random, {
      form: 'contiguous',
      operandType,
      entry,
      scaleRowsB,
      groups: 2,
      m,
      n: 72,
      k: 128,
      options: { layout },
    });
    const onDevice = uploadMGrouped(device, drawMGrouped(random, gemm, rows), contents);
    onDevice.run();
    await device.synchronize();
    await onDevice.output.expectGuardsIntact();
    onDevice.destroy();
  });

  // The content of groupedLayout is not checked: rows of groups that are there stay right, nothing else is touched.
  // Pitfall: group -1 as an offset into B.
  it.for([
    ['rows', [7, 1, 1000, 0, -2, -(2 ** 31), 2 ** 31 - 1]],
    ['psum', [100, -5, 40, 2 ** 31 - 1]],
  ] as const)('garbage in groupedLayout (%s)', async ([layout, garbage]) => {
    const random = seededRandom(seed);
    const rowsFrom = (first: number, count: number) => Array.from({ length: count }, (_, row) => first + row);
    // The second group ends below 0, so that the third starts at the top again; the last ends after the matrix.
    const rows =
      layout === 'rows'
        ? [rowsFrom(384, 128), rowsFrom(128, 128), []]
        : [rowsFrom(0, 100), [], rowsFrom(0, 40), rowsFrom(128, 172)];
    const m = layout === 'rows' ? 128 * garbage.length : 300;
    const contents =
      layout === 'rows'
        ? Int32Array.from({ length: m }, (_, row) => garbage[Math.floor(row / 128)]!)
        : Int32Array.from(garbage);
    const gemm = completeMGrouped(random, {
      form: 'contiguous',
      operandType,
      entry,
      scaleRowsB,
      groups: rows.length,
      m,
      n: 24,
      k: 64,
      options: { layout },
    });
    const onDevice = uploadMGrouped(device, drawMGrouped(random, gemm, rows), contents);
    onDevice.run();
    const d = await onDevice.output.tensor.read();
    // Two groups claim the first tiles, and either may have them.
    const decided = layout === 'rows' ? rows : [[], [], [], rowsFrom(128, 172)];
    onDevice.check(d, decided);
    await onDevice.output.expectGuardsIntact();
    onDevice.destroy();
  });
});
