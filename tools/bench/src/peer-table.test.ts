import { describe, expect, it } from 'vitest';
import { gemmOperations } from './gemm-operation.js';
import { denseShapes, shapeName } from './gemm-shape.js';
import { peerFigures, peerTable } from './peer-table.js';

describe('peer table', () => {
  it.each(gemmOperations)('has every dense shape of %s once, and no other', (operation) => {
    expect(peerTable[operation].map(shapeName)).toEqual(denseShapes.map(shapeName));
  });

  it.each(gemmOperations)('has plausible times for %s: no peer beats the card', (operation) => {
    const fastestFlopPerMicrosecond = operation === 'bf16_nt' ? 990e6 : 1979e6;
    for (const { m, n, k, deepgemm_us, cublaslt_us, tensorwise_us } of peerTable[operation]) {
      for (const microseconds of [deepgemm_us, cublaslt_us, tensorwise_us]) {
        if (microseconds === null) continue;
        expect(microseconds, `${operation} ${m}x${n}x${k}`).toBeGreaterThan(5);
        expect(2 * m * n * k, `${operation} ${m}x${n}x${k}`).toBeLessThan(
          fastestFlopPerMicrosecond * microseconds,
        );
      }
    }
  });

  it('lacks cuBLASLt with block scales only at one row and for the square', () => {
    const without = peerTable.fp8_nt_1d2d.filter((row) => row.cublaslt_us === null);
    expect(without.every((row) => row.m === 1 || row.m === 8192)).toBe(true);
    expect(without).toHaveLength(8);
    expect(peerTable.fp8_nt_1d2d.every((row) => row.tensorwise_us !== null)).toBe(true);
    expect(peerTable.bf16_nt.every((row) => row.cublaslt_us !== null && row.tensorwise_us === null)).toBe(
      true,
    );
  });

  it('is looked up by shape', () => {
    expect(peerFigures('fp8_nt_1d2d', { m: 1024, n: 7168, k: 2048 })).toMatchObject({
      deepgemm_us: 33.79,
      cublaslt_us: 34.15,
      tensorwise_us: 27.72,
    });
    expect(peerFigures('bf16_nt', { m: 64, n: 576, k: 7168 })).toMatchObject({ deepgemm_us: 11.37 });
    expect(peerFigures('bf16_nt', { m: 65, n: 576, k: 7168 })).toBeUndefined();
  });
});
