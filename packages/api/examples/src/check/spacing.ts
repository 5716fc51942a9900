const smallestNormalExponent = { float32: -126, bfloat16: -126, float8_e4m3fn: -6 } as const;
const mantissaBits = { float32: 23, bfloat16: 7, float8_e4m3fn: 3 } as const;

/** From a number to its neighbour in a format; that of the subnormals at and near 0. */
export function spacingAt(value: number, format: keyof typeof mantissaBits): number {
  const exponent = value === 0 ? Number.NEGATIVE_INFINITY : Math.floor(Math.log2(Math.abs(value)));
  return 2 ** (Math.max(exponent, smallestNormalExponent[format]) - mantissaBits[format]);
}
