import { seededRandom, testSeed } from '@dg/testing';
import { describe, expect, it } from 'vitest';
import { checkGrouping } from './checks/grouping-check.js';
import { groupChoices } from './group-choices.js';

describe('groupChoices', () => {
  it('puts the choices of each expert in order, from a multiple of the alignment on', () => {
    const { rows, groupedLayout } = groupChoices(Int32Array.of(2, 0, 2, 0, 2), 4, 4);
    expect([...groupedLayout]).toEqual([0, 0, -1, -1, 2, 2, 2, -1]);
    expect([...rows]).toEqual([4, 0, 5, 1, 6]);
  });

  it('needs no rows for no choices, and no padding for full groups', () => {
    expect(groupChoices(new Int32Array(0), 3, 128).groupedLayout).toHaveLength(0);
    expect([...groupChoices(Int32Array.of(1, 0, 1, 0), 2, 2).groupedLayout]).toEqual([0, 0, 1, 1]);
  });

  it('passes the check of groupings, whatever the choices', () => {
    const random = seededRandom(testSeed());
    for (let drawn = 0; drawn < 200; drawn++) {
      const experts = random.integer(1, 9);
      const alignment = random.pick([1, 64, 128]);
      const choices = Int32Array.from({ length: random.integer(0, 300) }, () =>
        random.integer(0, experts - 1),
      );
      const { rows, groupedLayout } = groupChoices(choices, experts, alignment);
      const check = checkGrouping(choices, rows, groupedLayout, alignment);
      expect(check.passed, check.detail).toBe(true);
    }
  });
});

describe('checkGrouping finds', () => {
  const chosen = Int32Array.of(1, 0);
  const layout = Int32Array.of(0, -1, 1, -1);
  it.each<[what: string, rows: number[], layout: ArrayLike<number>, message: string]>([
    ['two choices in one row', [2, 2], layout, 'two choices share a row'],
    ['a row of another expert', [0, 2], layout, 'choice 0 lies with another expert'],
    ['a row without a choice', [2, 0], [0, 0, 1, -1], 'rows without a choice that are not padding'],
    ['an expert that begins anywhere', [1, 0], [0, 1, -1, -1], 'an expert begins at row 1'],
  ])('%s', (_, rows, groupedLayout, message) => {
    const check = checkGrouping(chosen, Int32Array.from(rows), Int32Array.from(groupedLayout), 2);
    expect(check).toEqual({ passed: false, detail: message });
  });
});
