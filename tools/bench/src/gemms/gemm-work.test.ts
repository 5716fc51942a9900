import { describe, expect, it } from 'vitest';
import { gemmOperations } from './gemm-operation.js';
import { gemmCase, parseShapes, tableCases } from './gemm-tables.js';

const scales = (rows: number, k: number) => 4 * rows * Math.ceil(k / 128);

describe('work of a product', () => {
  it('is two operations for each multiplication and each byte once', () => {
    const shape = [64, 200, 304];
    const fp8 = gemmCase('fp8_nt_1d2d', shape);
    const bf16 = gemmCase('bf16_nt', shape);
    const accumulated = gemmCase('fp8_nt_1d1d_acc', shape);
    for (const { flop } of [fp8, bf16, accumulated]) expect(flop).toBe(2 * 64 * 200 * 304);
    const operands = (64 + 200) * 304;
    const d = 64 * 200;
    expect(bf16.bytes).toBe(2 * operands + 2 * d);
    expect(fp8.bytes).toBe(operands + scales(64 + 2, 304) + 2 * d);
    // Read and written.
    expect(accumulated.bytes).toBe(operands + scales(64 + 200, 304) + 8 * d);
  });

  it('counts valid rows only', () => {
    const valid = 7799 + 6270 + 8676 + 7505;
    const bf16 = gemmCase('m_grouped_bf16_contiguous', [4, 8192, 6144, 7168]);
    expect(bf16.flop).toBe(2 * valid * 6144 * 7168);
    expect(bf16.bytes).toBe(2 * (valid * 7168 + 4 * 6144 * 7168 + valid * 6144));
    expect(bf16.problem.m).toBe(7808 + 6272 + 8704 + 7552);
    const fp8 = gemmCase('m_grouped_fp8_contiguous', [4, 8192, 6144, 7168]);
    expect(fp8.bytes).toBe(valid * 7168 + 4 * 6144 * 7168 + scales(valid + 4 * 48, 7168) + 2 * valid * 6144);
  });

  it('of masked groups is that of the rows inside the mask', () => {
    const { problem, flop } = gemmCase('m_grouped_fp8_masked', [6, 20, 4096, 2048]);
    expect(problem.m).toBe(4096);
    expect(flop / (2 * 4096 * 2048)).toBeGreaterThanOrEqual(6 * 14);
    expect(flop / (2 * 4096 * 2048)).toBeLessThanOrEqual(6 * 26);
    expect(gemmCase('m_grouped_fp8_masked', [32, 192, 4096, 2048]).problem.m).toBe(1024);
  });

  it('of K-grouped products is over all of K, and D is read and written', () => {
    const { problem, flop, bytes } = gemmCase('k_grouped_bf16', [4, 4096, 7168, 8192]);
    expect(problem.k % 128).toBe(0);
    expect(flop).toBe(2 * problem.k * 4096 * 7168);
    expect(bytes).toBe(2 * problem.k * (4096 + 7168) + 8 * 4 * 4096 * 7168);
  });
});

describe('tables', () => {
  it.each([
    ['fp8_nt_1d2d', 36],
    ['bf16_nt', 36],
    ['m_grouped_fp8_contiguous', 8],
    ['m_grouped_bf16_contiguous', 8],
    ['m_grouped_fp8_masked', 16],
    ['k_grouped_fp8', 6],
    ['k_grouped_bf16', 6],
    ['fp8_nt_1d1d_acc', 3],
  ] as const)('%s has %i products', (op, count) => {
    const names = tableCases(op).map(({ shape }) => shape.join('x'));
    expect(new Set(names).size).toBe(count);
  });

  it('groups are drawn from 0.7 to 1.3 of the mean, tabled or not', () => {
    for (const [groups, mean, n] of [
      [32, 192, 4096],
      [5, 1000, 333],
    ] as const) {
      const { problem, flop } = gemmCase('m_grouped_fp8_masked', [groups, mean, n, 128]);
      expect(problem.kind).toBe('m-grouped-masked');
      const rows = flop / (2 * n * 128);
      expect(rows).toBeGreaterThan(0.85 * groups * mean);
      expect(rows).toBeLessThan(1.15 * groups * mean);
    }
  });

  it('have no product that writes more than TMA may address', () => {
    for (const { problem } of gemmOperations.flatMap(tableCases)) expect(problem.tmaStorable).toBe(true);
  });
});

describe('shapes', () => {
  it('are parsed', () => {
    expect(parseShapes('64x2112x7168, 8x4096x6144x7168')).toEqual([
      [64, 2112, 7168],
      [8, 4096, 6144, 7168],
    ]);
  });

  it.each(['', '1x2', '1x2x0', '1x2x3x4x5', 'axbxc', '1x2x3,'])('reject %j', (text) => {
    expect(() => parseShapes(text)).toThrow(/^expected MxNxK or GROUPSxMxNxK for a shape but received "/);
  });

  it('belong to operations with as many numbers', () => {
    expect(() => gemmCase('bf16_nt', [1, 2, 3, 4])).toThrow(
      'expected 3 numbers for a shape of bf16_nt but received 1x2x3x4',
    );
  });
});
