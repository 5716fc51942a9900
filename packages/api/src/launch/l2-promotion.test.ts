import { describe, expect, it } from 'vitest';
import { denseProblem } from '../../test/support/dense-problem.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { operandPromotionBytes } from './l2-promotion.js';

const dense = denseProblem({
  operandType: 'float8_e4m3fn',
  m: 128,
  n: 4096,
  k: 8064,
  outputType: 'bfloat16',
});
const masked: GemmProblem = { ...dense, kind: 'm-grouped-masked', groups: 4, m: 128, expectedM: 20 };
const narrow = { blockN: 64 };

describe('operandPromotionBytes', () => {
  it.each<[string, GemmProblem, Parameters<typeof operandPromotionBytes>[1], 128 | 256]>([
    ['short narrow tiles', dense, narrow, 256],
    ['wide tiles', dense, { blockN: 96 }, 128],
    ['64 stages of K', { ...dense, k: 8065 }, narrow, 128],
    [
      'as many of bfloat16, which has twice the bytes',
      { ...dense, operandType: 'bfloat16', k: 4096 },
      narrow,
      128,
    ],
    ['64 stages for each of two CTAs', { ...dense, k: 16_384 }, { ...narrow, splitK: 2 }, 128],
    ['a part of K for each of two CTAs', { ...dense, k: 8192 }, { ...narrow, splitK: 2 }, 256],
    ['more rows', { ...dense, m: 129 }, { blockN: 96 }, 256],
    ['an MN-major A', dense, { blockN: 96, majorA: 'mn' }, 256],
    ['an MN-major B', dense, { blockN: 96, majorB: 'mn' }, 256],
    ['groups', masked, { blockN: 96 }, 256],
  ])('is right for %s', (_, problem, config, bytes) => {
    expect(operandPromotionBytes(problem, config)).toBe(bytes);
  });
});
