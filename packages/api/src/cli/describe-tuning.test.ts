import type { Device } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { denseProblem } from '../../test/support/dense-problem.js';
import type { TunedCall } from '../tuning/tuning-summary.js';
import { describeTunedCall, describeTuning } from './describe-tuning.js';

const problem = denseProblem({
  operandType: 'float8_e4m3fn',
  m: 128,
  n: 2112,
  k: 7168,
  outputType: 'bfloat16',
});
const best = { config: '64x64', microseconds: 9.2 };
const model = { config: '128x64', microseconds: 9.9 };
const dense: TunedCall = { operation: 'fp8GemmNt', problem, numSms: 132, best, model, timed: [best, model] };
const masked: TunedCall = {
  ...dense,
  operation: 'mGroupedFp8GemmNtMasked',
  problem: {
    ...problem,
    kind: 'm-grouped-masked',
    groups: 4,
    expectedM: 64,
    tmaStorable: false,
    accumulate: true,
  },
  model: undefined,
};
const device = { name: 'cuda:0', properties: { model: 'NVIDIA H200' } } as Device;

describe('describeTuning', () => {
  it('has a row for each product, with what tuning gains, and says where it is kept', () => {
    const lines = describeTuning(
      { folder: '/cache/tuned-1', calls: [dense, masked], milliseconds: 1234 },
      device,
    )
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(lines[2]).toEqual(['fp8GemmNt', '128 x 2112 x 7168 bfloat16', '9.9', '9.2', '7.6 %', '64x64']);
    expect(lines[3]!.slice(1)).toEqual([
      '4 x 64/128 x 2112 x 7168 bfloat16 +C unaligned',
      '-',
      '9.2',
      '-',
      '64x64',
    ]);
    expect(lines[4]).toEqual(['2 products on cuda:0 (NVIDIA H200) in 1.2 s, kept in /cache/tuned-1']);
  });
});

describe('describeTunedCall', () => {
  it('names the product, the kernel and its time', () => {
    expect(describeTunedCall(dense)).toBe('fp8GemmNt 128 x 2112 x 7168 bfloat16: 64x64, 9.2 us');
  });
});
