import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { createSimulator } from '@dg/simulator';
import { seededRandom, testSeed } from '@dg/testing';
import { describe, expect, it } from 'vitest';
import { denseGemmConfigs } from '../../src/config/gemm-candidates.js';
import type { SettledOperands } from '../../src/launch/settled-operands.js';
import { checkOutput } from '../support/check-output.js';
import { uploadGemm } from '../support/device-gemm.js';
import { completeCase, type GemmCase } from '../support/gemm-case.js';
import { drawData, type GemmData } from '../support/gemm-data.js';
import { launchWithConfig } from '../support/launch-with-config.js';

export const kinds = { float8_e4m3fn: 'fp8-1d2d', bfloat16: 'bf16' } as const;
export const stageK = { float8_e4m3fn: 128, bfloat16: 64 } as const;
const tailRows = 5;
const tailColumns = { tma: 24, guarded: 25 } as const;

/**
 * Every configuration that the library may choose, executed: several tiles for each CTA, tails on all sides, more stages
 * than the pipeline holds, clusters. Sums are exact, so the bits are decided.
 */
export function describeEveryConfiguration(operandType: keyof typeof kinds): void {
  const seed = testSeed();
  const configs = denseGemmConfigs(kinds[operandType]).map((config, index) => ({
    config,
    index,
    name: gemmConfigName(config),
  }));

  describe(`every reachable ${operandType} configuration on the simulator`, () => {
    it.each(configs)('$name', async ({ config, index }) => {
      const random = seededRandom(seed).fork(index);
      const gemm = completeCase(random, caseFor(operandType, config));
      const data = drawData(random, gemm);
      const output = await runOn({ seed: index }, gemm, data, config);
      checkOutput(gemm, data, output, [0, 63, config.blockM, gemm.m - tailRows - 1, gemm.m - 1]);
    });
  });
}

/** D as one interleaving makes it. Throws what a check of the simulator finds. */
export async function runOn(
  options: Parameters<typeof createSimulator>[0],
  gemm: GemmCase,
  data: GemmData,
  config: GemmConfig,
  settled?: SettledOperands,
) {
  const device: KernelDevice = createSimulator(options);
  const uploaded = uploadGemm(device, gemm, data);
  try {
    uploaded.reset();
    launchWithConfig(device, device.defaultStream, uploaded.operands, config, settled);
    const output = await uploaded.read();
    await uploaded.output.expectGuardsIntact();
    return output;
  } finally {
    uploaded.destroy();
    device.destroy();
  }
}

/** A D that the configuration can store. */
export function layoutOfD({ store }: GemmConfig, n: number): Partial<GemmCase> {
  return store === 'tma' ? { pitchD: n + 8, guardBytes: 256 } : {};
}

export function caseFor(operandType: keyof typeof kinds, config: GemmConfig) {
  const n = config.blockN * config.clusterN + tailColumns[config.store];
  return {
    operandType,
    m: config.blockM * config.clusterM + tailRows,
    n,
    k: config.stages * stageK[operandType] + 16,
    outputType: config.output,
    scaleLayoutA: 'mn-major aligned',
    data: 'integers',
    ...layoutOfD(config, n),
  } satisfies Partial<GemmCase>;
}

it('is a list that is not empty', () => {
  expect(denseGemmConfigs('fp8-1d2d').length).toBeGreaterThan(40);
});
