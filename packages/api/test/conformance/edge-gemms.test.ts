// Pitfall: a store box taller than the rows that are left; N tails: access past N; tiny K: no stage count, or a
// pipeline deeper than the loop; accumulators touched while WGMMA is in flight; operands overwritten before the wait.
import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGemm } from '../support/check-gemm.js';
import { recordEpsilon } from '../support/epsilon-record.js';
import { completeCase, type GemmCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { allowedEpsilon, onGpu } from '../support/test-settings.js';

type Edge = Partial<GemmCase> & { name: string; m: number; n: number; k: number };

/** Strides, C and data that are not given here are drawn from the seed. */
const edges: Edge[] = [
  { name: 'no rows', m: 0, n: 64, k: 128 },
  { name: 'no columns', m: 64, n: 0, k: 128 },
  { name: 'K of 0 without C', m: 65, n: 33, k: 0, accumulation: 'none' },
  { name: 'K of 0 with C', m: 65, n: 33, k: 0, accumulation: 'c' },
  { name: 'K of 0 with C = D', m: 65, n: 33, k: 0, accumulation: 'in place' },
  { name: 'one element', m: 1, n: 1, k: 1 },
  { name: 'one row', m: 1, n: 264, k: 256 },
  { name: 'one column', m: 129, n: 1, k: 256 },
  // Pitfall: N tail, reads or writes past N.
  ...[8, 16, 24, 129, 136].map((n) => ({ name: `N of ${n}`, m: 70, n, k: 160 })),
  // Pitfall: tiny K, no valid stage count, or a pipeline deeper than the loop.
  ...[16, 32, 64, 96].map((k) => ({ name: `K of ${k}`, m: 65, n: 72, k })),
  ...[1, 5, 100, 127, 129].map((k) => ({ name: `K of ${k}, padded pitch`, m: 65, n: 72, k })),
  // Pitfall: a store box taller than what is left of M.
  ...[63, 64, 65, 127, 128, 129, 192, 257].map((m) => ({ name: `M of ${m}`, m, n: 128, k: 192 })),
  {
    name: 'M above a block, bfloat16 D',
    m: 129,
    n: 256,
    k: 128,
    outputType: 'bfloat16',
    pitchD: 256,
    guardBytes: 256,
  },
  { name: 'odd N with bfloat16 D', m: 66, n: 77, k: 128, outputType: 'bfloat16', pitchD: 77 },
  { name: 'odd pitch with float32 D', m: 66, n: 80, k: 128, outputType: 'float32', pitchD: 83 },
  {
    name: 'bfloat16 D off by 2 bytes',
    m: 66,
    n: 80,
    k: 128,
    outputType: 'bfloat16',
    pitchD: 80,
    guardBytes: 2,
  },
  {
    name: 'float32 D off by 4 bytes',
    m: 66,
    n: 80,
    k: 128,
    outputType: 'float32',
    pitchD: 80,
    guardBytes: 4,
  },
  {
    name: 'odd N, C = D',
    m: 66,
    n: 77,
    k: 128,
    outputType: 'bfloat16',
    pitchD: 77,
    accumulation: 'in place',
  },
  // Pitfall: accumulators touched while WGMMA is in flight, operands reused before the wait.
  { name: 'exact, float32', m: 130, n: 136, k: 512, data: 'integers', outputType: 'float32' },
  { name: 'exact, bfloat16', m: 130, n: 136, k: 512, data: 'integers', outputType: 'bfloat16' },
  { name: 'exact, C = D', m: 130, n: 136, k: 512, data: 'integers', accumulation: 'in place' },
  { name: 'zeros', m: 65, n: 130, k: 256, data: 'zeros' },
  { name: 'huge', m: 65, n: 130, k: 256, data: 'huge', outputType: 'float32', accumulation: 'none' },
  { name: 'tiny', m: 65, n: 130, k: 256, data: 'tiny', outputType: 'float32', accumulation: 'none' },
  { name: 'NaN in A', m: 130, n: 136, k: 300, data: 'nan in a' },
  { name: 'NaN in B', m: 130, n: 136, k: 300, data: 'nan in b' },
  { name: 'deep K', m: 16, n: 24, k: 4096, data: 'normal' },
];

describe.each(['float8_e4m3fn', 'bfloat16'] as const)('%s GEMMs at the edges', (operandType) => {
  const seed = testSeed();
  let device: Device;
  const record = recordEpsilon(() => device.name);
  beforeAll(async () => {
    device = await testDevice();
  });

  it.each(edges)('$name', async ({ name: _, ...edge }) => {
    const random = seededRandom(seed);
    const gemm = completeCase(random, { ...edge, operandType });
    const epsilon = await checkGemm(device, gemm, drawData(random, gemm));
    expect(epsilon).toBeLessThanOrEqual(allowedEpsilon(operandType, onGpu, gemm.data));
    record(operandType, epsilon);
  });
});
