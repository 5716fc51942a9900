import { describe, expect, it } from 'vitest';
import { denseProblem } from '../../test/support/dense-problem.js';
import type {
  DenseProblem,
  GemmProblem,
  KGroupedProblem,
  MGroupedContiguousProblem,
  MGroupedMaskedProblem,
} from '../problem/gemm-problem.js';
import { tunedKey } from './tuned-problem.js';

const device = { model: 'NVIDIA H200', multiprocessorCount: 132, numSms: 132 };
const dense = denseProblem({ operandType: 'float8_e4m3fn', m: 65, n: 576, k: 7168, outputType: 'bfloat16' });
const bf16: DenseProblem = { ...dense, operandType: 'bfloat16' };
const groups = 4;
const contiguous: MGroupedContiguousProblem = {
  ...dense,
  kind: 'm-grouped-contiguous',
  groups,
  layout: 'rows',
  mkAlignment: 128,
};
const masked: MGroupedMaskedProblem = { ...dense, kind: 'm-grouped-masked', groups, m: 100, expectedM: 65 };
const kGrouped: KGroupedProblem = { ...dense, kind: 'k-grouped', groups, storage: 'matrix' };

describe('tunedKey', () => {
  it.each<[string, GemmProblem, GemmProblem]>([
    ['rows of the same block', dense, { ...dense, m: 128 }],
    ['the default recipe', dense, { ...dense, recipe: [1, 128, 128] }],
    ['FP8 of any major', dense, { ...dense, majorA: 'mn', majorB: 'mn' }],
    ['groups told apart in either way', contiguous, { ...contiguous, layout: 'psum' }],
    ['expected rows of the same block', masked, { ...masked, expectedM: 100 }],
    ['fields in another order', dense, Object.fromEntries(Object.entries(dense).reverse()) as never],
  ])('is the same for %s', (_, one, other) => {
    expect(tunedKey(other, device)).toBe(tunedKey(one, device));
  });

  it('tells everything else apart', () => {
    const problems: GemmProblem[] = [
      dense,
      { ...dense, m: 64 },
      { ...dense, m: 129 },
      { ...dense, n: 577 },
      { ...dense, k: 7169 },
      { ...dense, recipe: [1, 1, 128] },
      { ...dense, outputType: 'float32' },
      { ...dense, accumulate: true },
      { ...dense, tmaStorable: false },
      bf16,
      { ...bf16, majorA: 'mn' },
      { ...bf16, majorB: 'mn' },
      contiguous,
      { ...contiguous, groups: 5 },
      { ...contiguous, mkAlignment: 64 },
      masked,
      { ...masked, m: 128 },
      { ...masked, expectedM: 64 },
      kGrouped,
      { ...kGrouped, m: 66 },
      { ...kGrouped, storage: 'blocks' },
    ];
    const keys = problems.map((problem) => tunedKey(problem, device));
    keys.push(tunedKey(dense, { ...device, numSms: 131 }));
    keys.push(tunedKey(dense, { ...device, model: 'NVIDIA H100' }));
    keys.push(tunedKey(dense, { ...device, multiprocessorCount: 114 }));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
