/**
 * a · b + c of float32, rounded once. The product is exact in float64; their sum is not, and rounding it again to float32 goes
 * wrong only when it landed on the middle between two float32, which the error of the sum then decides.
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const rounded = Math.fround(sum);
  if (rounded === sum || !Number.isFinite(rounded)) return rounded;
  const virtual = sum - product;
  const error = product - (sum - virtual) + (c - virtual);
  if (error === 0) return rounded;
  const mirror = rounded + 2 * (sum - rounded);
  if (Math.fround(mirror) !== mirror) return rounded;
  return error > 0 ? Math.max(rounded, mirror) : Math.min(rounded, mirror);
}
