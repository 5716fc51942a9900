import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memberBytes } from './compressed-node.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dg-tar-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  [0, 512],
  [1, 1024],
  [512, 1024],
  [513, 1536],
])('%i bytes take %i bytes of an archive', (content, expected) => {
  expect(memberBytes(content)).toBe(expected);
});

it('an archive cut there can be followed by another', () => {
  const tar = (...args: string[]) => execFileSync('tar', args, { cwd: folder });
  writeFileSync(join(folder, 'first'), 'x'.repeat(700));
  writeFileSync(join(folder, 'second'), 'y');
  const [first, second] = ['first', 'second'].map((name) => tar('--format=ustar', '-cf', '-', name));
  writeFileSync(join(folder, 'both.tar'), Buffer.concat([first!.subarray(0, memberBytes(700)), second!]));
  rmSync(join(folder, 'first'));
  rmSync(join(folder, 'second'));
  tar('xf', 'both.tar');
  expect(readFileSync(join(folder, 'first'), 'utf8')).toHaveLength(700);
  expect(readFileSync(join(folder, 'second'), 'utf8')).toBe('y');
});
