import { describe, expect, it } from 'vitest';
import { gemmOperations, operandTypeOf } from '../gemms/gemm-operation.js';
import { tableCases } from '../gemms/gemm-tables.js';
import { peerFigures, peerTable } from './peer-table.js';

const fastestFlopPerMicrosecond = { fp8: 1979e6, bf16: 990e6 };

describe('peer table', () => {
  it.each(gemmOperations)('has every shape of %s once, and no other', (operation) => {
    expect(peerTable[operation].map(({ shape }) => shape)).toEqual(
      tableCases(operation).map(({ shape }) => shape),
    );
  });

  it.each(gemmOperations)('has plausible times for %s: no peer beats the card', (operation) => {
    for (const { shape, flop } of tableCases(operation)) {
      const { shape: _, ...times } = peerFigures(operation, shape)!;
      for (const microseconds of Object.values(times)) {
        expect(microseconds, shape.join('x')).toBeGreaterThan(5);
        expect(flop, shape.join('x')).toBeLessThan(
          fastestFlopPerMicrosecond[operandTypeOf(operation)] * microseconds,
        );
      }
    }
  });

  it('lacks cuBLASLt with block scales only at one row and for the square', () => {
    const without = peerTable.fp8_nt_1d2d.filter((row) => row.cublaslt_us === undefined);
    expect(without.every(({ shape: [m] }) => m === 1 || m === 8192)).toBe(true);
    expect(without).toHaveLength(8);
    expect(peerTable.fp8_nt_1d2d.every((row) => row.tensorwise_us !== undefined)).toBe(true);
    expect(peerTable.bf16_nt.every((row) => row.cublaslt_us !== undefined)).toBe(true);
  });

  it('is looked up by shape', () => {
    expect(peerFigures('fp8_nt_1d2d', [1024, 7168, 2048])).toMatchObject({
      deepgemm_us: 33.79,
      cublaslt_us: 34.15,
      tensorwise_us: 27.72,
    });
    expect(peerFigures('m_grouped_bf16_contiguous', [8, 4096, 4096, 2048])).toMatchObject({
      deepgemm_us: 846.01,
      torch_grouped_us: 876.8,
    });
    expect(peerFigures('k_grouped_fp8', [16, 7168, 2048, 2048])).toMatchObject({ deepgemm_us: 1382.8 });
    expect(peerFigures('bf16_nt', [65, 576, 7168])).toBeUndefined();
  });
});
