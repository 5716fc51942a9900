import { DgValidationError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32Array, float32ToBfloat16Array } from './bfloat16.js';
import { e4m3ToFloat32Array, float32ToE4m3Array } from './e4m3.js';

type Convert = (source: unknown, target?: unknown) => unknown;

describe.each([
  ['float32ToE4m3Array', float32ToE4m3Array as Convert, Float32Array, Uint8Array],
  ['e4m3ToFloat32Array', e4m3ToFloat32Array as Convert, Uint8Array, Float32Array],
  ['float32ToBfloat16Array', float32ToBfloat16Array as Convert, Float32Array, Uint16Array],
  ['bfloat16ToFloat32Array', bfloat16ToFloat32Array as Convert, Uint16Array, Float32Array],
] as const)('%s', (operation, convert, Source, Target) => {
  it('fills a given array and returns it', () => {
    const target = new Target(3).fill(1);
    expect(convert(new Source(3), target)).toBe(target);
    expect([...target]).toEqual([0, 0, 0]);
  });

  it.each([2, 4])('refuses a given array of %i for 3 elements, and leaves it alone', (length) => {
    const target = new Target(length).fill(1);
    const call = () => convert(new Source(3), target);
    expect(call).toThrow(DgValidationError);
    expect(call).toThrow(new RegExp(`^${operation}: expected 3 elements for \\w+ but received ${length}$`));
    expect(target.every((element) => element === 1)).toBe(true);
  });

  it.each([undefined, null, 3, 3n, 'x', Symbol('x'), [1], {}, Object.create(null), new Int32Array(3)])(
    'refuses what is no array of its type (case %#)',
    (value) => {
      expect(() => convert(value)).toThrow(DgValidationError);
      if (value !== undefined) expect(() => convert(new Source(3), value)).toThrow(DgValidationError);
    },
  );
});
