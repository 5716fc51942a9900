import { describe, expect, it } from 'vitest';
import { findRepeatedKey } from './repeated-key.js';

describe('findRepeatedKey', () => {
  it.each([
    ['{}'],
    ['{"a":1,"b":2}'],
    ['{"a":{"x":1},"b":{"x":1}}'],
    ['[{"x":1},{"x":1}]'],
    ['{"a":"a","b":"a"}'],
    ['{"a":"\\"a\\":","b":"{\\"b\\":1,\\"b\\":2}"}'],
    ['{"a\\\\":1,"a":2}'],
  ])('finds none in %s', (text) => {
    JSON.parse(text);
    expect(findRepeatedKey(text)).toBeUndefined();
  });

  it.each([
    ['{"a":1,"a":1}', 'a'],
    ['{"a":{"x":[1],"y":{},"x":2}}', 'x'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"\\"":1, "b" : 2 ,"\\"" :3}', '"'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a":"\\\\","a":1}', 'a'],
  ])('finds the one in %s', (text, key) => {
    JSON.parse(text);
    expect(findRepeatedKey(text)).toBe(key);
  });
});
