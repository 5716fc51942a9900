import { describe, expect, it } from 'vitest';
import { compareWithPeers } from './compare-with-peers.js';
import { machineFactor } from './machine-factor.js';
import { peerTable } from './peer-table.js';
import { noYardsticks, parseYardsticks } from './yardsticks.js';

const small = [64, 576, 7168];
const square = [8192, 8192, 8192];
const grouped = [4, 8192, 4096, 4096];
const lines = [
  { peer: 'cublaslt', op: 'fp8_nt_1d2d', shape: small, us: 15, tflops: 1 },
  { peer: 'cublaslt_tensorwise_fastaccum', op: 'fp8_nt_1d2d', shape: small, us: 8 },
  { peer: 'cublaslt', op: 'bf16_nt', shape: small, us: 9 },
  { peer: 'cublaslt', op: 'fp8_nt_1d2d', shape: [1, 576, 7168], error: 'not supported' },
  { peer: 'cublaslt', op: 'bf16_square', shape: square, us: 1600 },
  { peer: 'cublaslt', op: 'fp8_square_tensorwise', shape: square, us: 880 },
  { peer: 'deep_gemm', op: 'bf16_nt', shape: small, us: 1 },
  { peer: 'hardware', op: 'copy', gbs: 4000 },
];
const parse = (values: readonly object[]) =>
  parseYardsticks(`${values.map((value) => JSON.stringify(value)).join('\n')}\n`);
const lookup = parse(lines);

/** A card that takes so much longer than that of the table, in all large dense FP8 products. */
const slowerCard = (factor: number) =>
  parse(
    peerTable.fp8_nt_1d2d.map(({ shape, tensorwise_us }) => ({
      peer: 'cublaslt_tensorwise_fastaccum',
      op: 'fp8_nt_1d2d',
      shape,
      us: tensorwise_us! * (shape[0] === 4096 ? factor : 100),
    })),
  );

describe('yardsticks', () => {
  it('are found by operation and shape', () => {
    expect(lookup('fp8_nt_1d2d', small)).toEqual({ cublaslt_us: 15, tensorwise_us: 8 });
    expect(lookup('bf16_nt', small)).toEqual({ cublaslt_us: 9 });
    expect(lookup('bf16_nt', square)).toEqual({ cublaslt_us: 1600 });
    expect(lookup('fp8_nt_1d2d', square)).toEqual({ tensorwise_us: 880 });
    expect(lookup('fp8_nt_1d2d', [1, 576, 7168])).toEqual({});
  });

  it.each(['nonsense', '3', 'null'])('reject the line %s', (line) => {
    expect(() => parseYardsticks(line)).toThrow(
      `expected a JSON object for a line of the yardstick but received ${line}`,
    );
  });
});

describe('machine factor', () => {
  it('is the mean over the large rows of the yardstick', () => {
    expect(machineFactor('fp8', slowerCard(1.1))).toBeCloseTo(1.1, 12);
    expect(machineFactor('bf16', slowerCard(1.1))).toBeUndefined();
    expect(machineFactor('fp8', lookup)).toBeUndefined();
  });
});

describe('comparison with peers', () => {
  it('goes by way of the tensorwise variant for FP8', () => {
    const comparison = compareWithPeers('fp8_nt_1d2d', small, 4, lookup);
    expect(comparison.ratios).toEqual({ cublaslt: 3.75, tensorwise: 2 });
    expect(comparison.dg_table_us).toBe(9.57);
    expect(comparison.ratio_deepgemm).toBeCloseTo((8 / 4) * (9.57 / 7.86), 12);
    expect(comparison.ratio_by).toBe('tensorwise_us');
  });

  it('goes by way of cuBLASLt for BF16', () => {
    const comparison = compareWithPeers('bf16_nt', small, 4.5, lookup);
    expect(comparison.ratios).toEqual({ cublaslt: 2 });
    expect(comparison.ratio_deepgemm).toBeCloseTo((9 / 4.5) * (11.37 / 9.08), 12);
  });

  it('goes by the machine factor where no yardstick has the product', () => {
    const comparison = compareWithPeers('k_grouped_fp8', [4, 4096, 7168, 8192], 2000, slowerCard(1.1));
    expect(comparison.ratio_deepgemm).toBeCloseTo((1.1 * 2403.17) / 2000, 9);
    expect(comparison.ratio_by).toBe('machine_factor');
  });

  it('goes by way of the grouped product of PyTorch where that ran, else by its time in the table', () => {
    const torch = { peer: 'torch_grouped_mm', op: 'm_grouped_bf16_contiguous', shape: grouped, us: 1800 };
    const now = compareWithPeers('m_grouped_bf16_contiguous', grouped, 1500, parse([torch]));
    expect(now.ratios.torch_grouped).toBeCloseTo(1.2, 12);
    expect(now.ratio_deepgemm).toBeCloseTo((1800 / 1500) * (1555.2 / 1700.96), 12);
    expect(now.ratio_by).toBe('torch_grouped_us');

    const bf16Card = parse(
      peerTable.bf16_nt.map(({ shape, cublaslt_us }) => ({
        peer: 'cublaslt',
        op: 'bf16_nt',
        shape,
        us: cublaslt_us! * 1.05,
      })),
    );
    const then = compareWithPeers('m_grouped_bf16_contiguous', grouped, 1500, bf16Card);
    expect(then.ratios.torch_grouped).toBeCloseTo((1.05 * 1700.96) / 1500, 9);
    expect(then.ratio_deepgemm).toBeCloseTo((1.05 * 1555.2) / 1500, 9);
  });

  it('says nothing that it does not know', () => {
    expect(compareWithPeers('bf16_nt', small, 4, noYardsticks)).toEqual({
      yardsticks: {},
      ratios: {},
      dg_table_us: 11.37,
    });
    expect(compareWithPeers('bf16_nt', [2, 2, 2], 4, parse([]))).toEqual({ yardsticks: {}, ratios: {} });
    // A dense product is not compared by the machine factor: its own row may not have run.
    expect(compareWithPeers('fp8_nt_1d2d', [1, 576, 7168], 4, lookup).ratio_deepgemm).toBeUndefined();
  });
});
