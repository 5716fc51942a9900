import type { HostArray } from '@dg/runtime';
import type { Check } from './check.js';

/** Holds two arrays of one type against each other, element by element and bit by bit. */
export function sameBits(actual: HostArray, expected: HostArray): Check {
  const [actualBits, expectedBits] = [bitsOf(actual), bitsOf(expected)];
  if (actualBits.length !== expectedBits.length) {
    return { passed: false, detail: `${actualBits.length} elements, not ${expectedBits.length}` };
  }
  const first = actualBits.findIndex((bits, i) => bits !== expectedBits[i]);
  if (first === -1) return { passed: true, detail: 'same bits' };
  return { passed: false, detail: `element ${first} is ${actual[first]}, not ${expected[first]}` };
}

function bitsOf(array: HostArray): Uint8Array | Uint16Array | Uint32Array {
  return array instanceof Float32Array || array instanceof Int32Array
    ? new Uint32Array(array.buffer, array.byteOffset, array.length)
    : array;
}
