/**
 * bfloat16 codes of numbers uniform in sign, mantissa and four binades below 2: a quick and reproducible
 * stand-in for activations. Xorshift32 of Marsaglia.
 */
export function randomBfloat16Codes(length: number, seed: number): Uint16Array {
  const largestExponentField = 127;
  const binades = 4;
  const codes = new Uint16Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const exponentField = largestExponentField - ((state >>> 8) % binades);
    codes[i] = (state & 0x8000) | (exponentField << 7) | (state & 0x7f);
  }
  return codes;
}
