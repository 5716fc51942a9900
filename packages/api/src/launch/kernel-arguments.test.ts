import { CpuDevice } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
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
});
