import type { Probe } from './probe.js';

/** Where two outputs of a probe differ more than its comparison allows; undefined when they agree. */
export function differenceOf(probe: Probe, expected: Uint8Array, received: Uint8Array): string | undefined {
  if (expected.byteLength !== received.byteLength) {
    return `expected ${expected.byteLength} bytes but received ${received.byteLength}`;
  }
  if (probe.comparison.kind === 'exact') return firstDifferentByte(expected, received);
  const allowed = probe.comparison.shareOfLargest * Math.max(1, largestMagnitude(expected));
  const { error, index } = largestError(expected, received);
  if (error <= allowed) return undefined;
  return (
    `value ${index}: expected ${floatsOf(expected)[index]} but received ${floatsOf(received)[index]}, ` +
    `an error of ${error} where ${allowed} is allowed`
  );
}

/** The largest error of float32 outputs and its place. A NaN on one side only is an infinite one. */
export function largestError(expected: Uint8Array, received: Uint8Array): { error: number; index: number } {
  const [wanted, found] = [floatsOf(expected), floatsOf(received)];
  let error = 0;
  let index = 0;
  for (const [i, value] of wanted.entries()) {
    const other = found[i]!;
    if (Object.is(value, other)) continue;
    const difference = Math.abs(value - other);
    const distance = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    if (distance > error) {
      error = distance;
      index = i;
    }
  }
  return { error, index };
}

const shownBytes = 8;

function firstDifferentByte(expected: Uint8Array, received: Uint8Array): string | undefined {
  const first = expected.findIndex((byte, i) => byte !== received[i]);
  if (first < 0) return undefined;
  const count = expected.reduce((sum, byte, i) => sum + (byte === received[i] ? 0 : 1), 0);
  const start = first - (first % shownBytes);
  const show = (bytes: Uint8Array) => hexadecimal(bytes.subarray(start, start + shownBytes));
  return (
    `byte ${first} (from ${start}): expected ${show(expected)} but received ${show(received)}; ` +
    `${count} of ${expected.byteLength} bytes differ`
  );
}

export function hexadecimal(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function largestMagnitude(bytes: Uint8Array): number {
  return floatsOf(bytes).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

function floatsOf(bytes: Uint8Array): Float32Array {
  // A slice is aligned, whatever the bytes are a part of.
  return new Float32Array(bytes.slice().buffer);
}
