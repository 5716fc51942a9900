import { expect, it } from 'vitest';
import { readRepositoryFile } from '../src/files/repository-files.js';

/** `file.test.ts`: "title", "title". */
const namedTests = /`([^`]+\.test\.ts)`: ("[^"]+"(?:, "[^"]+")*)/g;

const named = [...readRepositoryFile('docs/pitfalls.md').matchAll(namedTests)].flatMap(([, file, titles]) =>
  [...titles!.matchAll(/"([^"]+)"/g)].map(([, title]) => ({ file: file!, title: title! })),
);

it('docs/pitfalls.md names tests that are there', () => {
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(({ file, title }) => !readRepositoryFile(file).includes(title));
  expect(missing).toEqual([]);
});

it('tests that docs/pitfalls.md names say which pitfall they are for', () => {
  const silent = named.filter(({ file }) => !/\bpitfalls?\b/i.test(readRepositoryFile(file)));
  expect(silent).toEqual([]);
});
