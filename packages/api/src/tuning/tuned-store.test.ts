import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DgUnavailableError } from '@dg/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readTuned, tunedFolder, writeTuned } from './tuned-store.js';

const entry = { key: 'a key', config: '64x64', microseconds: 9.5 };

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dg-tuned-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function onlyFile(directory: string): string {
  const names = readdirSync(tunedFolder(directory));
  expect(names).toHaveLength(1);
  return join(tunedFolder(directory), names[0]!);
}

describe('the store of tuned configurations', () => {
  it('gives back what was kept last', () => {
    const directory = temporaryDirectory();
    expect(readTuned(directory, entry.key)).toBeUndefined();
    writeTuned(directory, entry);
    writeTuned(directory, { ...entry, config: '128x64' });
    expect(readTuned(directory, entry.key)).toEqual({ ...entry, config: '128x64' });
    expect(readTuned(directory, 'another key')).toBeUndefined();
    onlyFile(directory);
  });

  it.each([
    ['', 'a file that was cut off'],
    ['null', 'nothing'],
    [JSON.stringify({ ...entry, config: 5 }), 'a field of another type'],
    [JSON.stringify({ ...entry, key: 'another key' }), 'an entry of another key'],
  ])('refuses %j: %s', (text) => {
    const directory = temporaryDirectory();
    writeTuned(directory, entry);
    writeFileSync(onlyFile(directory), text);
    expect(() => readTuned(directory, entry.key)).toThrow(
      /expected a tuned configuration in .*json but received/,
    );
  });

  it('says when it cannot keep one, and leaves nothing behind', () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'a file');
    writeFileSync(file, '');
    expect(() => writeTuned(file, entry)).toThrow(DgUnavailableError);
    expect(() => writeTuned(file, entry)).toThrow(
      /expected to keep a tuned configuration in .*a file but received/,
    );
    expect(readdirSync(directory)).toEqual(['a file']);
  });
});
