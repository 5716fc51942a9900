import { DgValidationError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { parseHeader } from './parse-header.js';

const parse = (header: string | Uint8Array, dataBytes: number) =>
  parseHeader('m.safetensors', Buffer.from(header), dataBytes);

const entry = (dtype: string, shape: unknown, offsets: unknown) =>
  JSON.stringify({ t: { dtype, shape, data_offsets: offsets } });

describe('parseHeader', () => {
  it('reads tensors, scalars, empty tensors and metadata', () => {
    const { entries, metadata } = parse(
      `{"__metadata__":{"format":"pt"},
        "b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},
        "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},
        "e":{"dtype":"I64","shape":[0,7],"data_offsets":[16,16]}}   `,
      16,
    );
    expect([...metadata]).toEqual([['format', 'pt']]);
    expect([...entries.keys()]).toEqual(['b', 'a', 'e']);
    expect(entries.get('b')).toEqual({ name: 'b', dtype: 'BF16', shape: [2, 3], begin: 4, end: 16 });
  });

  it('takes every name, also those that objects have of themselves', () => {
    const text = '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}';
    expect([...parse(text, 1).entries.keys()]).toEqual(['__proto__']);
    expect(parse('{}', 0).entries.get('constructor')).toBeUndefined();
  });

  it.each<[what: string, header: string | Uint8Array, dataBytes: number, message: string]>([
    ['no header', '', 0, 'expected a header that begins with { but received an empty one'],
    ['a blank first', ' {}', 0, 'expected a header that begins with { but received byte 0x20'],
    ['a byte order mark first', '\ufeff{}', 0, 'begins with { but received byte 0xef'],
    ['a list', '[]', 0, 'begins with { but received byte 0x5b'],
    ['text that is not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 0, 'expected UTF-8 for the header'],
    ['text that is not JSON', '{"t":', 0, 'expected JSON for the header but received'],
    ['two objects', '{}{}', 0, 'expected JSON for the header but received'],
    ['a zero byte at the end', '{}\0', 0, 'expected JSON for the header but received'],
    ['a name twice', '{"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"t":1}', 0, '"t" twice'],
    [
      'a dtype twice',
      '{"t":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}',
      0,
      '"dtype" twice',
    ],
    ['metadata that are a text', '{"__metadata__":"pt"}', 0, 'expected an object for __metadata__'],
    ['metadata with a number', '{"__metadata__":{"v":1}}', 0, 'expected a string for "v" of __metadata__'],
    ['a tensor that is a list', '{"t":[]}', 0, 'expected an object for tensor "t" but received []'],
    ['a tensor that is null', '{"t":null}', 0, 'expected an object for tensor "t" but received null'],
    [
      'no dtype',
      '{"t":{"shape":[0],"data_offsets":[0,0]}}',
      0,
      'a known dtype for tensor "t" but received undefined',
    ],
    ['an unknown dtype', entry('F8_E4', [1], [0, 1]), 1, 'a known dtype for tensor "t" but received "F8_E4"'],
    ['a dtype that objects have', entry('toString', [1], [0, 1]), 1, 'received "toString"'],
    ['no shape', entry('U8', undefined, [0, 1]), 1, 'for the shape of tensor "t" but received undefined'],
    ['a shape that is a number', entry('U8', 1, [0, 1]), 1, 'for the shape of tensor "t" but received 1'],
    [
      'a negative size',
      entry('U8', [-1, -1], [0, 1]),
      1,
      'for the shape of tensor "t" but received [-1, -1]',
    ],
    ['half a size', entry('U8', [0.5, 2], [0, 1]), 1, 'for the shape of tensor "t" but received [0.5, 2]'],
    ['a size in quotes', entry('U8', ['1'], [0, 1]), 1, 'for the shape of tensor "t" but received ["1"]'],
    ['a size past 2^53', entry('U8', [2 ** 53], [0, 1]), 1, 'for the shape of tensor "t"'],
    [
      'a product past 2^53',
      entry('F32', [2 ** 30, 2 ** 30], [0, 4]),
      4,
      'expected at most 2^53 bytes of data',
    ],
    [
      'a product that wraps to the right size',
      entry('U8', [2 ** 32, 2 ** 32], [0, 0]),
      0,
      'at most 2^53 bytes',
    ],
    [
      'no offsets',
      entry('U8', [1], undefined),
      1,
      'for the data_offsets of tensor "t" but received undefined',
    ],
    ['one offset', entry('U8', [1], [1]), 1, 'two non-negative integers for the data_offsets'],
    ['three offsets', entry('U8', [1], [0, 1, 1]), 1, 'two non-negative integers for the data_offsets'],
    ['a negative offset', entry('U8', [1], [-1, 0]), 1, 'two non-negative integers for the data_offsets'],
    ['offsets backwards', entry('U8', [1], [1, 0]), 1, 'in ascending order within 1 bytes of data'],
    ['offsets past the end', entry('U8', [2], [0, 2]), 1, 'within 1 bytes of data but received [0, 2]'],
    ['too few bytes', entry('BF16', [3], [0, 5]), 5, 'expected 6 bytes of data for tensor "t", BF16 [3]'],
    ['too many bytes', entry('BF16', [3], [0, 8]), 8, 'but received 8 bytes, data_offsets [0, 8]'],
    ['a hole at the start', entry('U8', [1], [1, 2]), 2, 'start at byte 0, where those before it end'],
    ['bytes of nobody at the end', entry('U8', [1], [0, 1]), 2, 'cover all 2 bytes of data'],
    ['data without tensors', '{}', 3, 'cover all 3 bytes of data but received ones that end at byte 0'],
  ])('refuses %s', (_, header, dataBytes, message) => {
    const read = () => parse(header, dataBytes);
    expect(read).toThrow(DgValidationError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^m\.safetensors: expected /);
  });

  it.each([
    [
      'a hole',
      [0, 2],
      [3, 5],
      5,
      'start at byte 2, where those before it end but received 3, which makes a hole',
    ],
    ['an overlap', [0, 2], [1, 3], 3, 'but received 1, which makes an overlap'],
    ['the same bytes twice', [0, 2], [0, 2], 2, 'but received 0, which makes an overlap'],
  ])('refuses %s between tensors', (_, a, b, dataBytes, message) => {
    const header = JSON.stringify({
      a: { dtype: 'U8', shape: [2], data_offsets: a },
      b: { dtype: 'U8', shape: [2], data_offsets: b },
    });
    expect(() => parse(header, dataBytes)).toThrow(message);
  });
});
