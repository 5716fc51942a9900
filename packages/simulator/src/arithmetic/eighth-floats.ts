import { decodeNarrow, e5m2, encodeNarrow, saturateFinite } from './half-floats.js';

/** 1-4-3 without infinities: the code of all ones is NaN. */
export function decodeE4m3(code: number): number {
  const exponent = (code >> 3) & 15;
  const fraction = code & 7;
  if (exponent === 15 && fraction === 7) return Number.NaN;
  const magnitude = exponent === 0 ? fraction * 2 ** -9 : (8 + fraction) * 2 ** (exponent - 10);
  return code & 0x80 ? -magnitude : magnitude;
}

export function decodeE5m2(code: number): number {
  return decodeNarrow(e5m2, code);
}

/** Nearest, ties to even, saturating; NaN to 0x7F. */
export function roundToE5m2(value: number): number {
  return saturateFinite(e5m2, encodeNarrow(e5m2, value, 0, 'rn'));
}

/** `.relu`: negative codes to +0; the NaN that conversions give has no sign. */
export function reluEighth(code: number): number {
  return code & 0x80 ? 0 : code;
}
