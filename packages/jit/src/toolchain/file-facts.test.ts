import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { FileFacts } from './file-facts.js';

it('reads a file once, and again when it was written to, replaced or touched while it was read', () => {
  const path = join(temporaryDirectory(), 'file');
  let reads = 0;
  let meanwhile = () => {};
  const facts = new FileFacts(() => {
    meanwhile();
    reads += 1;
    return reads;
  });
  writeFileSync(path, 'one');
  expect([facts.of(path), facts.of(path)]).toEqual([1, 1]);
  writeFileSync(path, 'longer');
  expect([facts.of(path), facts.of(path)]).toEqual([2, 2]);
  writeFileSync(`${path}.next`, 'longer');
  renameSync(`${path}.next`, path);
  meanwhile = () => writeFileSync(path, 'changed');
  expect(facts.of(path)).toBe(3);
  meanwhile = () => {};
  expect([facts.of(path), facts.of(path)]).toEqual([4, 4]);
  rmSync(path);
  expect(() => facts.of(path)).toThrow('ENOENT');
});
