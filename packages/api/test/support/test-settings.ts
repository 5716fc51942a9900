import type { DataKind } from './gemm-case.js';
import type { OperandType } from './number-formats.js';

const deviceName = process.env['DG_TEST_DEVICE'] ?? 'cpu';
export const onGpu = deviceName.startsWith('cuda');

/**
 * Measured on an H200: the largest ε that any element of 80,000 random FP8 cases needed was 1.32e-3, at small K, where few
 * products share the rounding of the narrow accumulator (13 bits below the largest product). Its worst case, 33 addends all
 * rounded the same way beside one large product, would be 4e-3.
 */
const measuredFp8Epsilon = 2e-3;

/**
 * Of operands that have subnormal codes: products are aligned, as it seems, by the exponents of their operands as they
 * stand, so that the smallest code times a large one counts as eight times what it is, and the others lose three bits
 * more. The largest ε that was needed was 2.06e-3.
 */
const subnormalFp8Epsilon = 4e-3;

/** The ε of NUMERICS for everything that sums in float32 or wider. */
export const referenceEpsilon = 1e-6;

/** The ε of NUMERICS; Hopper's narrow FP8 accumulator needs a wider one, DG_TEST_FP8_EPSILON or the measured. */
export function allowedEpsilon(operandType: OperandType, isGpu = onGpu, data: DataKind = 'normal'): number {
  if (operandType !== 'float8_e4m3fn' || !isGpu) return referenceEpsilon;
  const measured = data === 'all codes' ? subnormalFp8Epsilon : measuredFp8Epsilon;
  return numberFrom('DG_TEST_FP8_EPSILON', measured);
}

function numberFrom(variable: string, fallback: number): number {
  const text = process.env[variable];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) {
    throw new Error(`expected a number of at least 0 for ${variable} but received ${text}`);
  }
  return value;
}
