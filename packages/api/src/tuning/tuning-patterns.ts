const patternBytes = 1 << 20;

/** Bits that are random, and bits that are set, of each 32: what the tensor cores multiply decides what power they draw. */
const bitsOf = {
  // Any code below 2 in magnitude, of either sign.
  float8_e4m3fn: { random: 0xbfbfbfbf, set: 0 },
  // Exponents from 2^-7 to 1.
  bfloat16: { random: 0x83ff83ff, set: 0x3c003c00 },
} as const;

export type OperandType = keyof typeof bitsOf;

/** What operands of a measurement hold, made once: a megabyte, which is copied within the device until a tensor is full. */
export class TuningPatterns {
  readonly #operands = new Map<OperandType, Uint32Array>();
  readonly ones = new Float32Array(patternBytes / 4).fill(1);

  operand(type: OperandType): Uint32Array {
    const known = this.#operands.get(type) ?? randomWords(type);
    this.#operands.set(type, known);
    return known;
  }
}

function randomWords(type: OperandType): Uint32Array {
  const { random, set } = bitsOf[type];
  // A linear congruential generator (Numerical Recipes, 7.1), of which the upper bits are the random ones.
  let state = 1;
  return Uint32Array.from({ length: patternBytes / 4 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state ^ (state >>> 15)) & random) | set;
  });
}
