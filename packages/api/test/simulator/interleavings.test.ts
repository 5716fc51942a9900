import { createSimulator } from '@dg/simulator';
import { seededRandom, testSeed } from '@dg/testing';
import { describe, expect, it } from 'vitest';
import { denseGemmConfigs } from '../../src/config/gemm-candidates.js';
import { fp8GemmNt } from '../../src/index.js';
import { completeCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { caseFor, runOn } from './every-configuration.js';

const seeds = [1, 2, 3, 4, 5, 6];

describe('another interleaving', () => {
  it.each([
    ['float8_e4m3fn', 'fp8-1d2d'],
    ['bfloat16', 'bf16'],
  ] as const)('gives the same bits: %s in a cluster', async (operandType, kind) => {
    const config = denseGemmConfigs(kind).find(
      ({ clusterM, clusterN, store, output }) =>
        clusterM * clusterN > 1 && store === 'tma' && output === 'bfloat16',
    )!;
    const random = seededRandom(testSeed());
    const gemm = completeCase(random, { ...caseFor(operandType, config), data: 'normal' });
    const data = drawData(random, gemm);
    const [first, ...others] = await Promise.all(seeds.map((seed) => runOn({ seed }, gemm, data, config)));
    for (const other of others) expect(other).toEqual(first);
  });
});

describe('the time of a product', () => {
  it('is below 10 s for 256 x 256 x 512 in FP8 with all checks', () => {
    const device = createSimulator();
    try {
      const [m, n, k] = [256, 256, 512];
      const scaled = (rows: number, groups: number) => ({
        data: device.zeros([rows, k], 'float8_e4m3fn'),
        scales: device.zeros([groups, k / 128], 'float32'),
      });
      const d = device.zeros([m, n], 'bfloat16');
      const [a, b] = [scaled(m, m), scaled(n, n / 128)];
      const start = performance.now();
      fp8GemmNt(a, b, d);
      expect(performance.now() - start).toBeLessThan(10_000);
    } finally {
      device.destroy();
    }
  });
});
