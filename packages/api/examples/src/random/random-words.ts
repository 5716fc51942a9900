/** Draws 32 bits, 0 to 2^32 - 1. */
export type RandomWords = () => number;

const someOtherState = 0x9e3779b9;

/** Reproducible random bits, xorshift32 of Marsaglia: quick enough to fill gigabytes, good enough for weights. */
export function randomWords(seed: number): RandomWords {
  // Neighbouring seeds start far apart, and zero, from which xorshift never gets away, is left out.
  let state = Math.imul(seed + 1, someOtherState) || someOtherState;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
