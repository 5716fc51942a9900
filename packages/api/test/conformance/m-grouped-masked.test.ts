// Pitfall: a store box taller than the rows that are left.
import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectUntouched } from '../support/expect-untouched.js';
import { completeMGrouped, type MGroupedCase } from '../support/m-grouped-case.js';
import { drawMGrouped } from '../support/m-grouped-data.js';
import { uploadMGrouped } from '../support/m-grouped-gemm.js';
import { rowsUnderMask } from '../support/rows-under-mask.js';
import { allowedEpsilon } from '../support/test-settings.js';

interface MaskedEdge extends Partial<MGroupedCase> {
  readonly name: string;
  readonly m: number;
  readonly masks: readonly number[];
}

const many = Array.from({ length: 64 }, (_, group) => group % 8);
const most = Array.from({ length: 256 }, (_, group) => (group % 23 === 2 ? group % 5 : 0));

const edges: MaskedEdge[] = [
  // Pitfall: a store box taller than what is left of M, masked with maxM below a block.
  ...[1, 7, 64, 130].map((m) => ({
    name: `maxM of ${m}`,
    m,
    masks: [m, 0, Math.ceil(m / 2), 1, m - 1],
  })),
  { name: 'all masks 0', m: 70, masks: [0, 0, 0] },
  { name: 'all masks full', m: 130, masks: [130, 130] },
  { name: 'one group', m: 65, masks: [64] },
  { name: '64 groups', m: 8, masks: many, n: 24, k: 64 },
  { name: '256 groups', m: 4, masks: most, n: 24, k: 64 },
  { name: 'single-row groups', m: 70, masks: [1, 1, 1, 1] },
  { name: 'empty groups at the start, inside and at the end', m: 40, masks: [0, 40, 0, 3, 0] },
  { name: 'N tail', m: 20, masks: [13, 20], n: 129, k: 100 },
  { name: 'K of 0', m: 20, masks: [13, 0, 20], k: 0, data: 'normal' },
  { name: 'scales of each row of B', m: 40, masks: [3, 40], scaleRowsB: 1, n: 130 },
  { name: 'MN-major A', m: 40, masks: [3, 40], majorA: 'mn' },
  { name: 'MN-major B', m: 40, masks: [3, 40], majorB: 'mn' },
  { name: 'exact, float32', m: 66, masks: [66, 0, 33], data: 'integers', outputType: 'float32', k: 384 },
  { name: 'exact, bfloat16', m: 66, masks: [66, 0, 33], data: 'integers', outputType: 'bfloat16', k: 384 },
  { name: 'masks past maxM and below 0', m: 33, masks: [34, -1, 2 ** 31 - 1, -(2 ** 31), 5] },
];

describe.each(['float8_e4m3fn', 'bfloat16'] as const)('masked groups of %s', (operandType) => {
  const seed = testSeed();
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  it.for(edges)('$name', async ({ name: _, masks, ...fields }) => {
    const random = seededRandom(seed);
    const given = { n: 40, k: 136, ...fields, operandType };
    const gemm = completeMGrouped(random, { ...given, form: 'masked', groups: masks.length });
    const rows = rowsUnderMask(masks, gemm.m);
    const onDevice = uploadMGrouped(device, drawMGrouped(random, gemm, rows), Int32Array.from(masks));
    onDevice.reset();
    onDevice.run();
    const d = await onDevice.output.tensor.read();
    expect(onDevice.check(d, rows)).toBeLessThanOrEqual(allowedEpsilon(operandType));
    expectUntouched(d, rows, gemm.m, gemm.n);
    await onDevice.output.expectGuardsIntact();
    onDevice.destroy();
  });
});
