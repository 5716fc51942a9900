import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { DgValidationError } from '../errors/dg-validation-error.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { listCompanionFolders } from './companion-folders.js';

it('lists the folders of the names it is given, of every form, with their bytes', () => {
  const directory = temporaryDirectory();
  const files = ['notes-1/a', 'notes-12/b/c', 'notes/d', 'notes-x/e', 'my-notes-1/f', 'other-1/g', 'dg-2/h'];
  for (const file of files) {
    mkdirSync(join(directory, dirname(file)), { recursive: true });
    writeFileSync(join(directory, file), '12345');
  }
  const byName = [...listCompanionFolders(directory, ['notes'])].sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(byName).toEqual([
    { name: 'notes-1', bytes: 5 },
    { name: 'notes-12', bytes: 5 },
  ]);
  expect(listCompanionFolders(directory, [])).toEqual([]);
  expect(listCompanionFolders(join(directory, 'nothing'), ['notes'])).toEqual([]);
});

it.each(['dg', '', '..', 'a/b', 'Notes', 'notes-1'])('refuses the name %j', (name) => {
  expect(() => listCompanionFolders(temporaryDirectory(), [name])).toThrow(DgValidationError);
  expect(() => listCompanionFolders(temporaryDirectory(), [name])).toThrow(JSON.stringify(name));
});
