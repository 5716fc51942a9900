/** The bits of a float32 array, sharing its memory. */
export function bitsOfFloat32(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** The bits of `value` rounded to float32 (round to nearest even). */
export function float32Bits(value: number): number {
  return bitsOfFloat32(Float32Array.of(value))[0]!;
}

export function float32FromBits(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
}
