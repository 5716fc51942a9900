import type { GemmConfig } from '@dg/kernels';
import { seededRandom, testSeed } from '@dg/testing';
import { describe, expect, it } from 'vitest';
import { denseGemmConfigs } from '../../src/config/gemm-candidates.js';
import { checkOutput } from '../support/check-output.js';
import { configWith } from '../support/config-with.js';
import { completeCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { kinds, layoutOfD, runOn, stageK } from './every-configuration.js';

const prefetch = 'cp.async.bulk.prefetch.tensor.2d.L2.global';
const wait = 'griddepcontrol.wait';
const configOf = (operandType: keyof typeof kinds, wanted: Partial<GemmConfig>) =>
  configWith(denseGemmConfigs(kinds[operandType]), wanted);

/** The boxes, as `[K, row]`, that the producing warp of a CTA asks L2 for; all of them before the wait. */
async function askedFor(
  operandType: keyof typeof kinds,
  config: GemmConfig,
  { m, kBlocks, cta }: { readonly m: number; readonly kBlocks: number; readonly cta: number },
) {
  const random = seededRandom(testSeed());
  const n = 4 * config.blockN;
  const gemm = completeCase(random, {
    operandType,
    m,
    n,
    k: kBlocks * stageK[operandType],
    outputType: config.output,
    scaleLayoutA: 'mn-major aligned',
    data: 'integers',
    ...layoutOfD(config, n),
  });
  const data = drawData(random, gemm);
  const values = new Map<string, number>();
  const boxes: number[][] = [];
  let waited = false;
  const write = (line: string) => {
    for (const [, name, value] of line.matchAll(/ {2}(%\w+) = 0x([0-9a-f]+) \(/g)) {
      values.set(name!, Number.parseInt(value!.slice(-8), 16));
    }
    waited ||= line.includes(wait);
    const coordinates = line.includes(prefetch) ? /\{(.*?)\}/.exec(line)![1]!.split(', ') : undefined;
    if (coordinates === undefined) return;
    expect(waited).toBe(false);
    boxes.push(coordinates.map((each) => values.get(each) ?? Number(each)));
  };
  const trace = { cta, warp: 4 * config.mathWarpgroups, write };
  // What is loaded before the wait is not asked for.
  const output = await runOn({ trace }, gemm, data, config, 'none');
  checkOutput(gemm, data, output, [0, m - 1]);
  expect(waited).toBe(true);
  return boxes;
}

describe('A in L2 before the wait for the grids before', () => {
  const fp8 = {
    blockM: 64,
    blockN: 64,
    blocksPerSm: 1,
    clusterM: 1,
    clusterN: 1,
    output: 'bfloat16',
  } as const;

  it.each([0, 1])('CTA %i asks for the K-block of its number', async (cta) => {
    const config = configOf('float8_e4m3fn', { ...fp8, splitK: 1 });
    const k = cta * stageK.float8_e4m3fn;
    expect(await askedFor('float8_e4m3fn', config, { m: 33, kBlocks: 6, cta })).toEqual([[k, 0]]);
    expect(await askedFor('float8_e4m3fn', config, { m: 64, kBlocks: 1, cta })).toEqual([[0, 0]]);
  });

  it.each([1, 2, 3])('CTA %i of those that split K asks for one of its part', async (cta) => {
    const config = configOf('float8_e4m3fn', { ...fp8, splitK: 2 });
    const [rank, cluster] = [cta % 2, Math.floor(cta / 2)];
    const k = (3 * rank + cluster) * stageK.float8_e4m3fn;
    expect(await askedFor('float8_e4m3fn', config, { m: 64, kBlocks: 6, cta })).toEqual([[k, 0]]);
  });

  it('is not asked for where A has several rows of tiles, nor with BF16', async () => {
    const config = configOf('float8_e4m3fn', { ...fp8, splitK: 1 });
    expect(await askedFor('float8_e4m3fn', config, { m: 65, kBlocks: 6, cta: 0 })).toEqual([]);
    const wide = configOf('bfloat16', { ...fp8, splitK: 1 });
    expect(await askedFor('bfloat16', wide, { m: 33, kBlocks: 6, cta: 0 })).toEqual([]);
  });
});
