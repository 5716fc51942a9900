// Pitfall: a tensor map prefetched for a group that is skipped.
import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawKGrouped, type KGroupedCase } from '../support/k-grouped-data.js';
import { uploadKGrouped } from '../support/k-grouped-gemm.js';
import { allowedEpsilon } from '../support/test-settings.js';

interface KGroupedEdge extends Partial<KGroupedCase> {
  readonly name: string;
  /** What each group gets. */
  readonly depths: readonly number[];
  /** What the device is told, where it is something else. */
  readonly ks?: readonly number[];
}

const plain = { m: 24, n: 40, data: 'normal', accumulation: 'none', majorA: 'mn', majorB: 'mn' } as const;
const many = Array.from({ length: 64 }, (_, group) => 128 * (group % 3 === 0 ? 1 : 0));
const most = Array.from({ length: 256 }, (_, group) => 128 * (group % 23 === 2 ? 1 : 0));

const edges: KGroupedEdge[] = [
  { name: 'one group', depths: [256] },
  { name: 'groups of different K', depths: [128, 384, 256] },
  // Pitfall: a tensor map prefetched for a group that is then skipped.
  { name: 'groups without K', depths: [0, 128, 0, 0, 256, 0] },
  { name: 'groups without K, with C', depths: [0, 128, 0], accumulation: 'c' },
  { name: 'groups without K, C = D', depths: [128, 0, 256], accumulation: 'in place' },
  { name: 'no K at all', depths: [0, 0] },
  { name: 'no K at all, with C', depths: [0, 0], accumulation: 'c' },
  { name: 'no K at all, C = D', depths: [0, 0], accumulation: 'in place' },
  { name: 'groups of one block', depths: [128, 128, 128] },
  { name: '64 groups', depths: many, m: 9, n: 16 },
  { name: '256 groups', depths: most, m: 3, n: 8 },
  { name: 'one row, one column', depths: [128, 256], m: 1, n: 1 },
  { name: 'M and N past a block', depths: [128, 256], m: 129, n: 136 },
  { name: 'odd M and N', depths: [128, 256], m: 65, n: 33, accumulation: 'in place' },
  { name: 'exact', depths: [384, 0, 128], data: 'integers', m: 66 },
  { name: 'exact, C = D', depths: [384, 0, 128], data: 'integers', accumulation: 'in place' },
  { name: 'room for more K than the groups have', depths: [128, 128], sumK: 512 },
  // The contents of ks are not checked: groups are cut where A and B end.
  { name: 'ks that run past the end', depths: [128, 256, 0], ks: [128, 640, 128], sumK: 384 },
  { name: 'garbage in ks', depths: [0, 128, 256], ks: [-128, 128, 2 ** 31 - 1], sumK: 384 },
  // Groups have whole blocks of K.
  { name: 'ks that are no blocks', depths: [128, 256, 0], ks: [200, 383, 127], sumK: 384, m: 67, n: 37 },
  { name: 'ks that are no blocks and run past the end', depths: [0, 128, 128], ks: [1, 129, 999], sumK: 256 },
  { name: 'the least ks', depths: [0, 128], ks: [-(2 ** 31), 128], sumK: 128 },
];

describe.each([
  ['float8_e4m3fn', 'matrix'],
  ['float8_e4m3fn', 'blocks'],
  ['bfloat16', 'matrix'],
] as const)('K-grouped %s in a %s', (operandType, storage) => {
  const seed = testSeed();
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  const kMajor: KGroupedEdge[] = [
    { name: 'K-major A', depths: [128, 256], majorA: 'k' },
    { name: 'K-major A and B', depths: [128, 256], majorA: 'k', majorB: 'k' },
  ];
  const scaled: KGroupedEdge[] = [
    {
      name: 'scales that are K-major',
      depths: [128, 256],
      scaleLayoutA: 'row-major',
      scaleLayoutB: 'row-major',
    },
    { name: 'scales of A with gaps', depths: [128, 0, 256], scaleLayoutA: 'row-major with gaps' },
  ];
  const ofKind = [
    ...(storage === 'matrix' ? kMajor : []),
    ...(operandType === 'float8_e4m3fn' ? scaled : []),
  ];
  it.for([...edges, ...ofKind])('$name', async (edge) => {
    const { name: _, depths, ks = depths, ...fields } = edge;
    const random = seededRandom(seed);
    const sumK = depths.reduce((sum, depth) => sum + depth, 0);
    const gemm = { ...plain, sumK, ...fields, operandType, storage, groups: depths.length };
    const onDevice = uploadKGrouped(device, drawKGrouped(random, gemm, depths), ks);
    onDevice.reset();
    onDevice.run(gemm.sumK === sumK && ks === depths ? { ksHost: depths } : {});
    const epsilon = onDevice.check(await onDevice.output.tensor.read(), depths);
    expect(epsilon).toBeLessThanOrEqual(allowedEpsilon(operandType));
    await onDevice.output.expectGuardsIntact();
    onDevice.destroy();
  });
});
