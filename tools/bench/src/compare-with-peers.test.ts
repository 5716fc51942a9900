import { describe, expect, it } from 'vitest';
import { compareWithPeers } from './compare-with-peers.js';
import { noYardsticks, parseYardsticks } from './yardsticks.js';

const lines = [
  { peer: 'cublaslt', op: 'fp8_nt_1d2d', shape: [64, 576, 7168], us: 15, tflops: 1 },
  { peer: 'cublaslt_tensorwise_fastaccum', op: 'fp8_nt_1d2d', shape: [64, 576, 7168], us: 8 },
  { peer: 'cublaslt', op: 'bf16_nt', shape: [64, 576, 7168], us: 9 },
  { peer: 'cublaslt', op: 'fp8_nt_1d2d', shape: [1, 576, 7168], error: 'not supported' },
  { peer: 'cublaslt', op: 'bf16_square', shape: [8192, 8192, 8192], us: 1600 },
  { peer: 'cublaslt', op: 'fp8_square_tensorwise', shape: [8192, 8192, 8192], us: 880 },
  { peer: 'deep_gemm', op: 'bf16_nt', shape: [64, 576, 7168], us: 1 },
  { peer: 'hardware', op: 'copy', gbs: 4000 },
];
const lookup = parseYardsticks(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
const small = { m: 64, n: 576, k: 7168 };
const square = { m: 8192, n: 8192, k: 8192 };

describe('yardsticks', () => {
  it('are found by operation and shape', () => {
    expect(lookup('fp8_nt_1d2d', small)).toEqual({ cublaslt_us: 15, tensorwise_us: 8 });
    expect(lookup('bf16_nt', small)).toEqual({ cublaslt_us: 9 });
    expect(lookup('bf16_nt', square)).toEqual({ cublaslt_us: 1600 });
    expect(lookup('fp8_nt_1d2d', square)).toEqual({ tensorwise_us: 880 });
    expect(lookup('fp8_nt_1d2d', { m: 1, n: 576, k: 7168 })).toEqual({});
  });

  it.each(['nonsense', '3', 'null'])('reject the line %s', (line) => {
    expect(() => parseYardsticks(line)).toThrow(
      `expected a JSON object for a line of the yardstick but received ${line}`,
    );
  });
});

describe('comparison with peers', () => {
  it('goes by way of the tensorwise variant for FP8', () => {
    const comparison = compareWithPeers('fp8_nt_1d2d', small, 4, lookup('fp8_nt_1d2d', small));
    expect(comparison.ratios).toEqual({ cublaslt: 3.75, tensorwise: 2 });
    expect(comparison.dg_table_us).toBe(9.57);
    expect(comparison.ratio_deepgemm).toBeCloseTo((8 / 4) * (9.57 / 7.86), 12);
  });

  it('goes by way of cuBLASLt for BF16', () => {
    const comparison = compareWithPeers('bf16_nt', small, 4.5, lookup('bf16_nt', small));
    expect(comparison.ratios).toEqual({ cublaslt: 2 });
    expect(comparison.ratio_deepgemm).toBeCloseTo((9 / 4.5) * (11.37 / 9.08), 12);
  });

  it('says nothing that it does not know', () => {
    expect(compareWithPeers('bf16_nt', small, 4, noYardsticks('bf16_nt', small))).toEqual({
      yardsticks: {},
      ratios: {},
      dg_table_us: 11.37,
    });
    expect(compareWithPeers('bf16_nt', { m: 2, n: 2, k: 2 }, 4, { cublaslt_us: 2 })).toEqual({
      yardsticks: { cublaslt_us: 2 },
      ratios: { cublaslt: 0.5 },
    });
  });
});
