import { CpuDevice } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { configWith } from '../../test/support/config-with.js';
import { denseProblem } from '../../test/support/dense-problem.js';
import { gemmCandidates } from '../config/gemm-candidates.js';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { bf16GemmArguments } from './kernel-arguments.js';
import { operandPromotionBytes } from './l2-promotion.js';

const variant = { kind: 'bf16', grouping: 'dense', majorA: 'k', majorB: 'k' } as const;
const hints = { rasterRows: 1, settled: 'none' } as const;

describe('the arguments of a GEMM kernel', () => {
  const device = new CpuDevice();

  it.each([64, 256])('have L2 fetch as much of A and B as is right for %d rows and the tile', (m) => {
    const [n, k] = [4096, 2048];
    const problem = denseProblem({ operandType: 'bfloat16', m, n, k, outputType: 'bfloat16' });
    const operands: GemmOperands = {
      a: device.empty([m, k], 'bfloat16'),
      b: device.empty([n, k], 'bfloat16'),
      c: undefined,
      d: device.empty([m, n], 'bfloat16'),
      scalesA: undefined,
      scalesB: undefined,
      grouping: undefined,
    };
    const seen = new Set<number>();
    for (const config of gemmCandidates(variant, 'bfloat16', 'tma')) {
      const maps = bf16GemmArguments(problem, operands, config, hints).flatMap((argument) =>
        argument.type === 'tensorMap' ? [argument.map.l2PromotionBytes] : [],
      );
      const bytes = operandPromotionBytes(problem, config);
      expect(maps.slice(0, 2)).toEqual([bytes, bytes]);
      seen.add(bytes);
    }
    expect(seen).toEqual(new Set(m === 64 ? [128, 256] : [256]));
  });

  it.each([
    [20, 32],
    [64, 64],
  ])('have boxes of A for %d rows that masked groups are expected to have', (expectedM, rows) => {
    const [groups, m, n, k] = [4, 4096, 256, 2048];
    const { kind: _, ...sizes } = denseProblem({ operandType: 'bfloat16', m, n, k, outputType: 'bfloat16' });
    const problem = { ...sizes, kind: 'm-grouped-masked', groups, expectedM } as const;
    const operands: GemmOperands = {
      a: device.empty([groups, m, k], 'bfloat16'),
      b: device.empty([groups, n, k], 'bfloat16'),
      c: undefined,
      d: device.empty([groups, m, n], 'bfloat16'),
      scalesA: undefined,
      scalesB: undefined,
      grouping: device.empty([groups], 'int32'),
    };
    const configs = gemmCandidates({ ...variant, grouping: 'masked' }, 'bfloat16', 'tma');
    const config = configWith(configs, { blockM: 64 });
    const given = bf16GemmArguments(problem, operands, config, hints);
    const [mapOfA] = given.flatMap((argument) => (argument.type === 'tensorMap' ? [argument.map] : []));
    expect(mapOfA!.box[1]).toBe(rows);
    // After the numbers of rows, columns and K, and how tiles are ordered.
    const numbers = given.flatMap((argument) => (argument.type === 'uint32' ? [argument.value] : []));
    expect(numbers.slice(0, 5)).toEqual([m, n, k, hints.rasterRows, rows]);
  });
});
