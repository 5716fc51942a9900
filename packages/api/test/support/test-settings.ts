import type { OperandType } from './number-formats.js';

export const deviceName = process.env['DG_TEST_DEVICE'] ?? 'cpu';
export const onGpu = deviceName !== 'cpu';

/** Random cases per operand type: DG_TEST_CASES, else few on the cpu and many on hardware. */
export const caseCount = numberFrom('DG_TEST_CASES', onGpu ? 400 : 60);

/** The only random case to run: DG_TEST_CASE; all of them when it is not set. */
export const onlyCase = process.env['DG_TEST_CASE'] ? numberFrom('DG_TEST_CASE', 0) : undefined;

/** The ε of NUMERICS; Hopper's narrow FP8 accumulator needs a wider one, set by DG_TEST_FP8_EPSILON. */
export function allowedEpsilon(operandType: OperandType): number {
  return operandType === 'float8_e4m3fn' && onGpu ? numberFrom('DG_TEST_FP8_EPSILON', 3e-4) : 1e-6;
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
