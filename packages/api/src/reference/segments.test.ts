import { describe, expect, it } from 'vitest';
import type {
  KGroupedProblem,
  MGroupedContiguousProblem,
  MGroupedMaskedProblem,
} from '../problem/gemm-problem.js';
import { contiguousSegments } from './contiguous-segments.js';
import { kSegments } from './k-segments.js';
import { maskedSegments } from './masked-segments.js';

const base = {
  operandType: 'bfloat16',
  m: 10,
  n: 8,
  k: 512,
  majorA: 'k',
  majorB: 'k',
  outputType: 'float32',
  accumulate: false,
  tmaStorable: true,
} as const;
const least = -(2 ** 31);
const most = 2 ** 31 - 1;

describe('contiguousSegments', () => {
  const rows: MGroupedContiguousProblem = {
    ...base,
    kind: 'm-grouped-contiguous',
    groups: 3,
    layout: 'rows',
    mkAlignment: 64,
  };
  const ranges = (problem: MGroupedContiguousProblem, contents: number[]) =>
    contiguousSegments(problem, Int32Array.from(contents)).map(({ group, row, m }) => [group, row, m]);

  it('joins neighbouring rows of one group', () => {
    expect(ranges(rows, [2, 2, 2, -1, -1, 0, 0, 1, 2, 2])).toEqual([
      [2, 0, 3],
      [0, 5, 2],
      [1, 7, 1],
      [2, 8, 2],
    ]);
  });

  // Pitfall: group index -1 used as an offset into B.
  it('takes an index that is no group as padding', () => {
    expect(ranges(rows, [-1, 3, least, most, -2, 100, 2, 3, 3, -1])).toEqual([[2, 6, 1]]);
  });

  const psum: MGroupedContiguousProblem = { ...rows, layout: 'psum', m: 300, groups: 4 };

  it('starts each group at the next multiple of the alignment', () => {
    expect(ranges(psum, [64, 65, 65, 300])).toEqual([
      [0, 0, 64],
      [1, 64, 1],
      [3, 128, 172],
    ]);
    expect(ranges({ ...psum, mkAlignment: 128 }, [1, 130, 130, 257])).toEqual([
      [0, 0, 1],
      [1, 128, 2],
      [3, 256, 1],
    ]);
  });

  it('keeps offsets inside the matrix', () => {
    expect(ranges(psum, [least, -1, most, most])).toEqual([[2, 0, 300]]);
    expect(ranges(psum, [100, 20, 30, 301])).toEqual([
      [0, 0, 100],
      [3, 64, 236],
    ]);
  });
});

describe('maskedSegments', () => {
  it('keeps masks between 0 and maxM', () => {
    const problem: MGroupedMaskedProblem = { ...base, kind: 'm-grouped-masked', groups: 5, expectedM: 4 };
    const segments = maskedSegments(problem, Int32Array.of(0, 10, 11, least, most));
    expect(segments.map(({ m }) => m)).toEqual([0, 10, 10, 0, 10]);
    expect(segments.map(({ group }) => group)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('kSegments', () => {
  const problem: KGroupedProblem = { ...base, kind: 'k-grouped', groups: 4, storage: 'matrix' };
  const ranges = (contents: number[]) =>
    kSegments(problem, Int32Array.from(contents)).map(({ k0, k }) => [k0, k]);

  it('puts the ranges one after the other', () => {
    expect(ranges([128, 0, 256, 128])).toEqual([
      [0, 128],
      [128, 0],
      [128, 256],
      [384, 128],
    ]);
  });

  it('cuts what runs past the end, and takes whole blocks only', () => {
    expect(ranges([256, most, 128, 0])).toEqual([
      [0, 256],
      [256, 256],
      [512, 0],
      [512, 0],
    ]);
    expect(ranges([least, 200, -1, 127])).toEqual([
      [0, 0],
      [0, 128],
      [128, 0],
      [128, 0],
    ]);
  });
});
