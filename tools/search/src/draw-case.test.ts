import type { SearchOperation } from '@dg/testing';
import { describe, expect, it } from 'vitest';
import { drawCase } from './draw-case.js';
import { searchOperations } from './search-operations.js';

const operations = searchOperations();
const cases = Array.from({ length: 4000 }, (_, index) =>
  drawCase(operations, { seed: 7, index, sizes: 'full' }),
);

describe('drawCase', () => {
  it('draws the same case from the same seed and index', () => {
    for (const index of [0, 17, 1234]) {
      const { description } = drawCase(operations, { seed: 7, index, sizes: 'full' });
      expect(description).toBe(cases[index]!.description);
    }
    const other = drawCase(operations, { seed: 8, index: 17, sizes: 'full' });
    expect(other.description).not.toBe(cases[17]!.description);
  });

  it('draws right and wrong calls of every operation', () => {
    const kinds = new Set(cases.map(({ operation, refused }) => `${operation} ${refused}`));
    for (const { name } of operations) {
      expect(kinds).toContain(`${name} false`);
      expect(kinds).toContain(`${name} true`);
    }
  });

  it.each([
    [
      'fp8GemmTn',
      ['"scaleRowsB":1,', '"scaleRowsB":128,', 'c in place', 'c none', 'c c,', 'special', 'integers'],
    ],
    [
      'bf16GemmNn',
      [
        '"majorA":"mn"',
        '"majorB":"k"',
        'float32',
        'bfloat16',
        '"ownStream":true',
        '{"numSms":',
        '"settings":{"numSms":',
        '"settings":{"tcUtil":',
      ],
    ],
    [
      'mGroupedFp8GemmNtContiguous',
      [
        '"groups":1,',
        '"groups":256,',
        'psum',
        'rows, alignment 64',
        'order [',
        '"k":0',
        '"recipeGiven":true',
        '"settings":{"mkAlignment":',
      ],
    ],
    ['mGroupedBf16GemmNtMasked', ['2147483647', '-1', '"expectedM":0', '"groups":256,', '"m":1,']],
    [
      'kGroupedFp8GemmNtContiguous',
      [
        'ks [0',
        '-128',
        '"ksHost":',
        '"accumulation":"in place"',
        '"groups":256,',
        '"scaleLayoutA":"row-major"',
        '"scaleLayoutB":"mn-major aligned"',
      ],
    ],
    ['perTokenCastToFp8', ['"granularity":32', '"packed":true', '"batches":3', '"output":"out"']],
  ])('draws all kinds of %s', (name, kinds) => {
    const operation = operations.filter((each: SearchOperation) => each.name === name);
    const drawn = Array.from({ length: 400 }, (_, index) =>
      drawCase(operation, { seed: 1, index, sizes: 'full' }),
    );
    const descriptions = drawn.map(({ description }) => description);
    for (const kind of kinds)
      expect(
        descriptions.some((each) => each.includes(kind)),
        kind,
      ).toBe(true);
  });
});
