import { e4m3Max, float32ToBfloat16Array, float32ToE4m3Array } from '@dg/layout';
import { randomWords } from './random-words.js';

/** Entries of the table that numbers are drawn from: two draws take one word of 32 bits. */
const tableSize = 2 ** 12;
const tableMask = tableSize - 1;
const tableSeed = 1;
/** How many deviations the largest code is from zero: hardly anything saturates, and all binades are used. */
const deviationsToLargest = 4.5;

/** The deviation of what `normalE4m3Codes` makes. */
export const e4m3Deviation = e4m3Max / deviationsToLargest;

let table: Float32Array | undefined;

/** bfloat16 codes of normal numbers of a deviation. */
export function normalBfloat16Codes(
  count: number,
  deviation: number,
  seed: number,
): Uint16Array<ArrayBuffer> {
  const codes = float32ToBfloat16Array(normalNumbers().map((x) => x * deviation));
  return drawFrom(codes, new Uint16Array(count), seed);
}

/** float8_e4m3fn codes of normal numbers of deviation `e4m3Deviation`. */
export function normalE4m3Codes(count: number, seed: number): Uint8Array<ArrayBuffer> {
  const codes = float32ToE4m3Array(normalNumbers().map((x) => x * e4m3Deviation));
  return drawFrom(codes, new Uint8Array(count), seed);
}

/** A sample of standard normal numbers by Box and Muller. Drawing from it is many times quicker than making new ones. */
function normalNumbers(): Float32Array {
  if (table === undefined) {
    const next = randomWords(tableSeed);
    const uniform = () => (next() + 1) / (2 ** 32 + 1);
    table = Float32Array.from({ length: tableSize }, () => {
      return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    });
  }
  return table;
}

function drawFrom<T extends Uint8Array | Uint16Array>(
  codes: Uint8Array | Uint16Array,
  target: T,
  seed: number,
): T {
  const next = randomWords(seed);
  for (let i = 0; i < target.length; i += 2) {
    const word = next();
    target[i] = codes[word & tableMask]!;
    // Beyond the end of an odd length nothing is stored.
    target[i + 1] = codes[(word >>> 16) & tableMask]!;
  }
  return target;
}
