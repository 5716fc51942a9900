/** Bit-level bfloat16, written apart from the library so that tests do not check a thing with itself. */

/** Codes to values, exactly. */
export function bfloat16ToFloat32(codes: Uint16Array): Float32Array {
  const values = new Float32Array(codes.length);
  new Uint32Array(values.buffer).set(Array.from(codes, (code) => code * 0x10000));
  return values;
}

/** Values to codes: the nearest of the two neighbours, the even code when both are as near. */
export function float32ToBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(values, (value, index) => {
    if (Number.isNaN(value)) return 0x7fff;
    const below = Math.floor(bits[index]! / 0x10000);
    const rest = bits[index]! % 0x10000;
    const up = rest > 0x8000 || (rest === 0x8000 && below % 2 === 1);
    return up ? below + 1 : below;
  });
}
