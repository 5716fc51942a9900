import { describe, expect, it } from 'vitest';
import { CpuDevice } from '../cpu/cpu-device.js';
import { describeValue } from './describe-value.js';

describe('describeValue', () => {
  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [Number.NaN, 'NaN'],
    [3n, '3'],
    ['text', '"text"'],
    ['x'.repeat(100), `"${'x'.repeat(60)}"`],
    [Symbol('name'), 'Symbol(name)'],
    [() => 0, 'a function'],
    [[1, [2, null]], '[1, [2, null]]'],
    [Array.from({ length: 9 }, () => 0), '[0, 0, 0, 0, 0, 0, 0, 0, ...]'],
    [{}, 'an object of type Object'],
    [Object.create(null), 'an object of type unknown'],
    [new Float32Array(2), 'an object of type Float32Array'],
    [new CpuDevice().empty([2, 3], 'bfloat16'), 'a bfloat16 tensor of shape [2, 3]'],
  ])('case %#', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  it('survives an object that throws when looked at', () => {
    const hostile = new Proxy(
      {},
      {
        getPrototypeOf() {
          throw new Error('no');
        },
      },
    );
    expect(describeValue(hostile)).toBe('an object that cannot be inspected');
  });
});
