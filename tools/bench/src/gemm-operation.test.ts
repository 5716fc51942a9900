import { describe, expect, it } from 'vitest';
import { gemmBytes, gemmFlop } from './gemm-operation.js';
import { denseShapes, parseShapes, shapeName } from './gemm-shape.js';

describe('work of a GEMM', () => {
  const shape = { m: 64, n: 200, k: 300 };

  it('counts two operations for each product', () => {
    expect(gemmFlop(shape)).toBe(7_680_000);
  });

  it('counts each byte once', () => {
    // A and B 19200 + 60000 elements, D 12800; FP8 scales: 3 blocks of K for 64 rows and 2 blocks of N.
    expect(gemmBytes('bf16_nt', shape)).toBe(2 * (19_200 + 60_000) + 25_600);
    expect(gemmBytes('fp8_nt_1d2d', shape)).toBe(19_200 + 60_000 + 4 * 3 * (64 + 2) + 25_600);
  });
});

describe('shapes', () => {
  it('are 5 row counts by 7 weights and the square', () => {
    expect(denseShapes).toHaveLength(36);
    expect(new Set(denseShapes.map(shapeName)).size).toBe(36);
    expect(shapeName(denseShapes[0]!)).toBe('1x2112x7168');
    expect(shapeName(denseShapes[35]!)).toBe('8192x8192x8192');
  });

  it('are parsed from MxNxK', () => {
    expect(parseShapes('64x2112x7168, 1x2x3')).toEqual([
      { m: 64, n: 2112, k: 7168 },
      { m: 1, n: 2, k: 3 },
    ]);
  });

  it.each(['', '1x2', '1x2x0', '1x2x3x4', 'axbxc', '1x2x3,'])('rejects %j', (text) => {
    expect(() => parseShapes(text)).toThrow(/^expected MxNxK for a shape but received "/);
  });
});
