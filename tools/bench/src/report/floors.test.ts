import { expect, it } from 'vitest';
import { gemmCase } from '../gemms/gemm-tables.js';
import { copyRow, gemmRow } from '../testing/synthetic-rows.js';
import { cardRates, floorOf } from './floors.js';

const small = gemmRow(gemmCase('fp8_nt_1d2d', [1, 4096, 7168]), 20);
const large = gemmRow(gemmCase('fp8_nt_1d2d', [4096, 4096, 7168]), 200);
const bf16 = gemmRow(gemmCase('bf16_nt', [4096, 4096, 7168]), 300);

it('rates are those of the copy and of the fastest row, a peer’s included', () => {
  expect(cardRates([small, large])).toBeUndefined();
  const rates = cardRates([copyRow, small, large, bf16])!;
  expect(rates.copyGbs).toBe(4300);
  const flop = 2 * 4096 * 4096 * 7168;
  // cuBLASLt tensorwise took 185 µs, and cuBLASLt 344.05 µs, which is slower than ours.
  expect(rates.tflops.fp8).toBeCloseTo(flop / 185 / 1e6, 6);
  expect(rates.tflops.bf16).toBeCloseTo(flop / 300 / 1e6, 6);
});

it('the floor is that of the bytes or of the work', () => {
  const rates = cardRates([copyRow, small, large, bf16])!;
  const bytes = small.us * small.gbs * 1e3;
  expect(floorOf(small, rates)).toMatchObject({ boundBy: 'memory' });
  expect(floorOf(small, rates).us).toBeCloseTo(bytes / 4300 / 1e3, 9);
  expect(floorOf(large, rates)).toMatchObject({ boundBy: 'tensor cores' });
  expect(floorOf(large, rates).us).toBeCloseTo(185, 6);
  expect(floorOf(large, rates).fraction).toBeCloseTo(185 / 200, 9);
});
