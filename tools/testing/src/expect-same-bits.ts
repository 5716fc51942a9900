import type { HostArray } from '@dg/runtime';

export interface BitComparison {
  /** What is compared, for the message. */
  readonly name: string;
  /** Gives the mismatch as an index of this shape instead of a flat position. */
  readonly shape?: readonly number[];
}

const mismatchesShown = 5;

/**
 * Compares two host arrays bit by bit: -0 is not 0, and two NaN are the same only with the same payload.
 *
 * @throws Error that lists the first mismatches and how many there are.
 */
export function expectSameBits(actual: HostArray, expected: HostArray, comparison: BitComparison): void {
  if (actual.constructor !== expected.constructor || actual.length !== expected.length) {
    throw new Error(
      `expected ${describeArray(expected)} for ${comparison.name} but received ${describeArray(actual)}`,
    );
  }
  const actualBits = bitsOf(actual);
  const expectedBits = bitsOf(expected);
  const mismatches: number[] = [];
  let count = 0;
  for (let i = 0; i < actualBits.length; i++) {
    if (actualBits[i] === expectedBits[i]) continue;
    count += 1;
    if (mismatches.length < mismatchesShown) mismatches.push(i);
  }
  if (count === 0) return;

  const digits = actual.BYTES_PER_ELEMENT * 2;
  const hex = (bits: number) => `0x${bits.toString(16).padStart(digits, '0')}`;
  const lines = mismatches.map(
    (i) =>
      `  at ${position(i, comparison.shape)}: expected ${hex(expectedBits[i]!)} (${expected[i]}) but received ` +
      `${hex(actualBits[i]!)} (${actual[i]})`,
  );
  throw new Error(
    `${comparison.name}: ${count} of ${actual.length} elements have other bits\n${lines.join('\n')}`,
  );
}

function bitsOf(array: HostArray): Uint8Array | Uint16Array | Uint32Array {
  if (array instanceof Uint8Array || array instanceof Uint16Array) return array;
  return new Uint32Array(array.buffer, array.byteOffset, array.length);
}

function describeArray(array: HostArray): string {
  return `${array.constructor.name} of ${array.length}`;
}

function position(flat: number, shape: readonly number[] | undefined): string {
  if (shape === undefined) return String(flat);
  const index: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${index.join(', ')}]`;
}
