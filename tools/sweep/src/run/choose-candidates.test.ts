import { gemmConfigName } from '@dg/kernels';
import { describe, expect, it } from 'vitest';
import { gemmOperations } from '../../../bench/src/gemms/gemm-operation.js';
import { gemmCase, tableCases } from '../../../bench/src/gemms/gemm-tables.js';
import { allCandidates, libraryChoice } from '../library/candidates.js';
import { chooseCandidates, parseCandidateChoice } from './choose-candidates.js';

const device = { multiprocessorCount: 132 };
const { problem } = gemmCase('fp8_nt_1d2d', [64, 2112, 7168]);
const names = (choice: Parameters<typeof chooseCandidates>[2]) =>
  chooseCandidates(problem, device, choice).map(gemmConfigName);
const noFile = () => '';

describe('candidates', () => {
  it.each(gemmOperations)('of %s hold the choice of the library', (op) => {
    for (const { problem: each } of tableCases(op)) {
      const all = allCandidates(each).map(gemmConfigName);
      expect(all).toContain(gemmConfigName(libraryChoice(each, device)));
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it('begin with the choice of the library, which comes once', () => {
    const chosen = gemmConfigName(libraryChoice(problem, device));
    const all = names({ kind: 'all' });
    expect(all[0]).toBe(chosen);
    expect(new Set(all).size).toBe(allCandidates(problem).length);
    expect(names({ kind: 'top', count: 3 })).toHaveLength(3);
    expect(names({ kind: 'top', count: 3 })[0]).toBe(chosen);
  });

  it('may be listed by name or in full', () => {
    const [first, second] = allCandidates(problem);
    const foreign = { ...second!, stages: 2 };
    const listed = names({ kind: 'listed', entries: [gemmConfigName(first!), foreign, 'unknown'] });
    expect(listed).toEqual([
      ...new Set([names({ kind: 'all' })[0], gemmConfigName(first!), gemmConfigName(foreign)]),
    ]);
  });
});

describe('choice', () => {
  it('is all, the top ones or a file', () => {
    expect(parseCandidateChoice('all', noFile)).toEqual({ kind: 'all' });
    expect(parseCandidateChoice('top:12', noFile)).toEqual({ kind: 'top', count: 12 });
    expect(parseCandidateChoice('two-on-an-sm', noFile)).toEqual({ kind: 'two-on-an-sm' });
    expect(names({ kind: 'two-on-an-sm' }).length).toBeGreaterThan(40);
    expect(parseCandidateChoice('x.json', () => '["a"]')).toEqual({ kind: 'listed', entries: ['a'] });
  });

  it.each(['{}', '['])('rejects a file with %s', (text) => {
    expect(() => parseCandidateChoice('x.json', () => text)).toThrow(
      'expected a JSON array of names or configurations in x.json but received something else',
    );
  });
});
