import { bfloat16ToFloat32, float32ToBfloat16 } from '@dg/testing';

export type OperandType = 'float8_e4m3fn' | 'bfloat16';

/** Values of e4m3 codes by the definition of the format, apart from the library's own decoder. */
export function valueOfE4m3(code: number): number {
  const sign = code >= 0x80 ? -1 : 1;
  const exponent = Math.floor(code / 8) % 16;
  const mantissa = code % 8;
  if (exponent === 15 && mantissa === 7) return Number.NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -9 : sign * (1 + mantissa / 8) * 2 ** (exponent - 7);
}

const e4m3CodeOf = new Map(
  Array.from({ length: 0x100 }, (_, code) => [valueOfE4m3(code), code] as const).reverse(),
);

/** The code of a number that e4m3 holds exactly. */
export function e4m3OfExact(value: number): number {
  const code = e4m3CodeOf.get(value);
  if (code === undefined) throw new Error(`expected a number that e4m3 holds exactly but received ${value}`);
  return code;
}

export function decodeCodes(codes: Uint8Array | Uint16Array): Float64Array {
  return codes instanceof Uint16Array
    ? Float64Array.from(bfloat16ToFloat32(codes))
    : Float64Array.from(codes, valueOfE4m3);
}

export function encodeBfloat16Values(values: ArrayLike<number>): Uint16Array {
  return float32ToBfloat16(Float32Array.from(values));
}

/** Distance between neighbours of the output type at a value; that of the subnormals at and near 0. */
export function ulpOf(value: number, type: 'float32' | 'bfloat16'): number {
  const mantissaBits = type === 'float32' ? 23 : 7;
  const smallestNormalExponent = -126;
  const exponent = value === 0 ? smallestNormalExponent : Math.floor(Math.log2(Math.abs(value)));
  return 2 ** (Math.max(exponent, smallestNormalExponent) - mantissaBits);
}
