import { describe, expect, it } from 'vitest';
import { configWith } from '../../test/support/config-with.js';
import { denseProblem } from '../../test/support/dense-problem.js';
import { denseGemmConfigs } from '../config/gemm-candidates.js';
import type { SelectionDevice } from '../config/selection-device.js';
import { gainsFromEarlyA } from './gains-from-early-a.js';

const h200: SelectionDevice = { multiprocessorCount: 132 };
const configs = denseGemmConfigs('bf16');
const tile = (blockM: number, blockN: number) =>
  configWith(configs, { blockM, blockN, splitK: 1, store: 'tma', output: 'bfloat16' });

const gains = (m: number, n: number, k: number, blockM: number, blockN: number, device = h200) =>
  gainsFromEarlyA(
    denseProblem({ operandType: 'bfloat16', m, n, k, outputType: 'bfloat16' }),
    tile(blockM, blockN),
    device,
  );

// The figures that the card gave for these are in docs/performance.md.
describe('a dense product', () => {
  it.each([
    [192, 6144, 4096, 128, 96],
    [4096, 576, 7168, 128, 144],
    [2048, 1024, 8192, 128, 128],
    [1536, 3072, 12288, 128, 144],
    [2048, 3072, 12288, 256, 192],
  ])(
    '%i×%i×%i of tiles of %i×%i, of which the last wave is full, keeps in step',
    (m, n, k, blockM, blockN) => {
      expect(gains(m, n, k, blockM, blockN)).toBe(false);
    },
  );

  it.each([
    [1024, 2112, 7168, 128, 144],
    // 256 CTAs: 124 in the last wave.
    [1024, 7168, 2048, 128, 224],
  ])('%i×%i×%i of tiles of %i×%i, of which it is not, starts early', (m, n, k, blockM, blockN) => {
    expect(gains(m, n, k, blockM, blockN)).toBe(true);
  });

  it('starts early with one row of tiles, which share nothing of B', () => {
    expect(gains(128, 24576, 8192, 128, 192)).toBe(true);
    expect(gains(129, 12288, 8192, 128, 192)).toBe(false);
  });

  it('starts early where it is short', () => {
    expect(gains(2048, 1024, 512, 128, 128)).toBe(true);
  });

  it('starts early where others of the multiprocessors are free', () => {
    expect(gains(2048, 1024, 8192, 128, 128, { multiprocessorCount: 264 })).toBe(true);
    expect(gains(2048, 1024, 8192, 128, 128, { multiprocessorCount: 132, numSms: 64 })).toBe(true);
  });
});

it('groups, of which the host does not know the tiles, start early', () => {
  const { kind: _, ...sizes } = denseProblem({ operandType: 'bfloat16', m: 4096, n: 576, k: 7168 });
  const grouped = { ...sizes, kind: 'm-grouped-masked', groups: 1, expectedM: 4096 } as const;
  expect(gainsFromEarlyA(grouped, tile(128, 144), h200)).toBe(true);
});
