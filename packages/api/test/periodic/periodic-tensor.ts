import { bytesPerElement, type Device, type HostArrayOf, Tensor } from '@dg/runtime';
import type { SeededRandom } from '@dg/testing';
import { repeatPattern } from '../../src/tuning/repeat-pattern.js';
import { e4m3OfExact, encodeBfloat16Values } from '../support/number-formats.js';

export type PeriodicType = 'float8_e4m3fn' | 'bfloat16' | 'float32';

/** A contiguous tensor whose elements, in the order of memory, repeat a short pattern. */
export interface PeriodicTensor {
  readonly tensor: Tensor;
  /** The value of the element at a place in memory. */
  at(flat: number): number;
}

/** Prime, so that no row, tile or group is as long as a few of them. */
const patternLength = 1_000_003;

const hostArrayOf: Readonly<Record<PeriodicType, (values: Float32Array) => ArrayBufferView>> = {
  float8_e4m3fn: (values) => Uint8Array.from(values, e4m3OfExact),
  bfloat16: encodeBfloat16Values,
  float32: (values) => values,
};

/** Draws the pattern and repeats it on the device, so that a large tensor costs the host nothing. */
export function periodicTensor<T extends PeriodicType>(
  device: Device,
  dtype: T,
  shape: readonly number[],
  draw: () => number,
): PeriodicTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Float32Array.from({ length: Math.min(count, patternLength) }, draw);
  const bytes = bytesPerElement(dtype);
  const buffer = device.createBuffer({ byteLength: count * bytes, label: `periodic ${dtype}` });
  buffer.write(hostArrayOf[dtype](values) as HostArrayOf[T]);
  repeatPattern(buffer, values.length * bytes);
  return { tensor: new Tensor({ buffer, dtype, shape }), at: (flat) => values[flat % values.length]! };
}

/** Small integers, of which even long sums are exact. */
export function integersOf(random: SeededRandom): () => number {
  return () => random.integer(-3, 3);
}

/** Scales that keep sums exact. */
export function powersOfTwoOf(random: SeededRandom): () => number {
  return () => 2 ** random.integer(-1, 1);
}
