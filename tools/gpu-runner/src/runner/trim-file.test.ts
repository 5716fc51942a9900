import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trimFile } from './trim-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dg-trim-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('keeps the start and the end of a file that is too large', () => {
  const path = join(folder, 'large');
  writeFileSync(path, `start${'x'.repeat(1000)}end`);
  trimFile(path, 20);
  expect(readFileSync(path, 'utf8')).toBe('startxxxxx\n... 988 bytes left out ...\nxxxxxxxend');
});

it('leaves other files alone, and does not mind one that is not there', () => {
  const path = join(folder, 'small');
  writeFileSync(path, 'x'.repeat(20));
  trimFile(path, 20);
  trimFile(join(folder, 'none'), 20);
  expect(readFileSync(path, 'utf8')).toBe('x'.repeat(20));
});
