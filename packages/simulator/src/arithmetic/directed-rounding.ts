export type RoundingMode = 'rn' | 'rz' | 'rm' | 'rp';

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/**
 * The float32 of `sum + error`, of which `sum` is the float64 nearest to the exact value. Rounding `sum` alone goes wrong
 * where it is a float32, or the middle between two of them: there the error decides.
 */
export function roundToFloat(sum: number, error: number, mode: RoundingMode): number {
  const nearest = Math.fround(sum);
  if (mode === 'rn') return breakTie(nearest, sum, error);
  const excess = nearest === sum ? -error : nearest - sum;
  const down = mode === 'rm' || (mode === 'rz' && sum > 0);
  if (down) return excess > 0 ? nextBelow(nearest) : nearest;
  return excess < 0 ? -nextBelow(-nearest) : nearest;
}

/** a + b, which may be float64: rounded once. An exact zero is -0 toward negative infinity (IEEE 754, 6.3). */
export function addRounded(a: number, b: number, mode: RoundingMode): number {
  const sum = a + b;
  if (sum === 0) return mode === 'rm' && !Object.is(a, b) ? -0 : sum;
  return roundToFloat(sum, errorOfSum(a, b, sum), mode);
}

export function multiplyRounded(a: number, b: number, mode: RoundingMode): number {
  return roundToFloat(a * b, 0, mode);
}

/** The product of two float32 is exact in float64. */
export function fuseRounded(a: number, b: number, c: number, mode: RoundingMode): number {
  return addRounded(a * b, c, mode);
}

/** The float64 quotient is only near: what tells on which side the exact one lies is quotient · divisor, which is exact. */
export function divideRounded(a: number, b: number, mode: RoundingMode): number {
  const nearest = Math.fround(a / b);
  const product = nearest * b;
  return adjust(nearest, b > 0 ? product - a : a - product, a / b, mode);
}

/** div.approx: a · (1 / b), where a reciprocal that would be subnormal is 0 (PTX ISA 9.7.3.8). */
export function divideApproximately(a: number, b: number): number {
  const magnitude = Math.abs(b);
  const flushed = magnitude > 2 ** 126 && magnitude < Number.POSITIVE_INFINITY;
  return flushed ? a * (b > 0 ? 0 : -0) : a / b;
}

export function squareRootRounded(a: number, mode: RoundingMode): number {
  const nearest = Math.fround(Math.sqrt(a));
  return adjust(nearest, nearest * nearest - a, nearest, mode);
}

/** Subnormal float32 to zero with their sign (`.ftz`). */
export function flush(value: number): number {
  return Math.abs(value) < 2 ** -126 ? value * 0 : value;
}

/** The same on the bits, so that a NaN keeps its payload. */
export function flushBits(word: number): number {
  return (word & 0x7f800000) === 0 ? word & -0x80000000 : word;
}

/** To [0, 1], NaN to +0 (`.sat`). */
export function saturate(value: number): number {
  return value > 0 ? Math.min(value, 1) : 0;
}

/** What `sum` lacks to be exactly a + b. */
export function errorOfSum(a: number, b: number, sum: number): number {
  const virtual = sum - a;
  return a - (sum - virtual) + (b - virtual);
}

function breakTie(nearest: number, sum: number, error: number): number {
  if (nearest === sum || error === 0 || !Number.isFinite(nearest)) return nearest;
  const mirror = nearest + 2 * (sum - nearest);
  if (Math.fround(mirror) !== mirror) return nearest;
  return error > 0 ? Math.max(nearest, mirror) : Math.min(nearest, mirror);
}

function adjust(nearest: number, excess: number, exact: number, mode: RoundingMode): number {
  if (mode === 'rn') return nearest;
  const down = mode === 'rm' || (mode === 'rz' && exact > 0);
  if (down) return excess > 0 ? nextBelow(nearest) : nearest;
  return excess < 0 ? -nextBelow(-nearest) : nearest;
}

function nextBelow(value: number): number {
  if (value === 0) return -(2 ** -149);
  float[0] = value;
  bits[0]! += value > 0 ? -1 : 1;
  return float[0]!;
}
