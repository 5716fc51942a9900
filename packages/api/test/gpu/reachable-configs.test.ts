import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { denseGemmConfigs } from '../../src/config/gemm-candidates.js';
import { checkGemm } from '../support/check-gemm.js';
import { completeCase, describeCase, type GemmCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { launchWithConfig } from '../support/launch-with-config.js';
import { allowedEpsilon, onGpu } from '../support/test-settings.js';

const kinds = { float8_e4m3fn: 'fp8-1d2d', bfloat16: 'bf16' } as const;
type OperandType = keyof typeof kinds;

/** Past the last whole tile in M and in N; TMA stores whole 16 bytes only. */
const tailRows = 37;
const tailColumns = { tma: 24, guarded: 25 } as const;
/** Nine stages of the pipeline, the last one partly empty: more than the deepest pipeline holds. */
const depths = { float8_e4m3fn: 1040, bfloat16: 528 } as const;
const sampledRows = 12;

// PITFALLS, Kernels: multicast in clusters, a CTA that exits before its peer, tails, too few barriers.

/** The random shapes are small, and the library chooses few of its configurations for them: here each has its turn. */
describe.each(['float8_e4m3fn', 'bfloat16'] as const)('every reachable %s configuration', (operandType) => {
  const seed = testSeed();
  let device: KernelDevice;
  beforeAll(async () => {
    device = (await testDevice()) as KernelDevice;
  });

  const configs = denseGemmConfigs(kinds[operandType]).map((config) => ({
    config,
    name: gemmConfigName(config),
  }));
  it.each(configs)('$name is right over several tiles, with tails', async ({ config }) => {
    const random = seededRandom(seed).fork(configs.findIndex((entry) => entry.config === config));
    const gemm = completeCase(random, caseFor(operandType, config));
    const { m } = gemm;
    const drawn = Array.from({ length: sampledRows }, () => random.integer(0, m - 1));
    const edges = [0, 63, 64, config.blockM - 1, config.blockM, m - tailRows - 1, m - tailRows, m - 1];
    const epsilon = await checkGemm(device, gemm, drawData(random, gemm), {
      rows: [...new Set([...edges, ...drawn])],
      run: ({ operands }) => launchWithConfig(device, device.defaultStream, operands, config),
    });
    expect(epsilon, describeCase(gemm)).toBeLessThanOrEqual(allowedEpsilon(operandType, onGpu, gemm.data));
  });
});

function caseFor(operandType: OperandType, config: GemmConfig) {
  const n = 2 * config.blockN * config.clusterN + tailColumns[config.store];
  const storable = { pitchD: n + 8, guardBytes: 256 };
  return {
    operandType,
    m: 2 * config.blockM * config.clusterM + tailRows,
    n,
    k: depths[operandType],
    outputType: config.output,
    scaleLayoutA: 'mn-major aligned',
    ...(config.store === 'tma' ? storable : {}),
  } satisfies Partial<GemmCase>;
}
