import { fittingStages, type GemmConfig, gemmConfigName, sharedMemoryBytes } from '@dg/kernels';
import { seededRandom, testSeed } from '@dg/testing';
import { describe, it } from 'vitest';
import { checkOutput } from '../support/check-gemm.js';
import { completeCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { caseFor, runOn } from './every-configuration.js';

const list: any[] = JSON.parse(process.env['SCRATCH'] ?? '[]');
function complete(kind: string, c: any): GemmConfig {
  const fp8 = kind !== 'bf16';
  const shape = { clusterM: 1, clusterN: 1, output: 'bfloat16', store: c.splitK > 1 ? 'guarded' : 'tma', ...c };
  const blocks = shape.blocksPerSm ?? 1;
  const limit = blocks > 1 ? Math.floor(233472 / blocks) - 1024 : 232448;
  const stages = fittingStages(shape, fp8, limit, 4);
  return { ...shape, stages, sharedMemoryBytes: sharedMemoryBytes(shape, stages, fp8) };
}
describe('scratch', () => {
  it.each(list.map(({ kind, ...c }, index) => ({ kind, index, config: complete(kind, c), name: kind + gemmConfigName(complete(kind, c)) })))('$name', async ({ kind, config, index }) => {
    const type = kind === 'bf16' ? 'bfloat16' : 'float8_e4m3fn';
    const random = seededRandom(testSeed()).fork(index);
    const gemm = completeCase(random, caseFor(type, config));
    const data = drawData(random, gemm);
    const output = await runOn({ seed: index }, gemm, data, config);
    checkOutput(gemm, data, output, [0, 63, config.blockM, gemm.m - 5 - 1, gemm.m - 1]);
  });
});
