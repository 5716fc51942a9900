const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The bits of a float32 to those of a bfloat16: nearest, ties to even; NaN to the canonical one (PTX ISA cvt). */
export function roundToBfloat16(word: number): number {
  if ((word & 0x7fffffff) > 0x7f800000) return 0x7fff;
  return ((word + 0x7fff + ((word >>> 16) & 1)) >>> 16) & 0xffff;
}

/** A float32 to the code of an e4m3: nearest, ties to even, saturating; NaN to 0x7F (PTX ISA cvt.satfinite). */
export function roundToE4m3(value: number): number {
  if (Number.isNaN(value)) return 0x7f;
  float[0] = value;
  const sign = (bits[0]! >>> 24) & 0x80;
  const magnitude = Math.abs(value);
  if (magnitude >= 448) return sign | 0x7e;
  // Steps of 2^-9 up to 2^-6, then an eighth of the power of two below.
  const exponent = Math.max(-6, ((bits[0]! >>> 23) & 0xff) - 127);
  const step = 2 ** (exponent - 3);
  const steps = roundHalfToEven(magnitude / step);
  return sign | (steps + (exponent + 6) * 8);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest > 0.5 ? floor + 1 : floor;
  return floor % 2 === 0 ? floor : floor + 1;
}
