import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DgUnavailableError } from '@dg/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listTuned, tunedFolder, writeTuned } from './tuned-store.js';

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

/** The entries, and what is said of those that cannot be read. */
function listOf(directory: string) {
  const faults: string[] = [];
  return { entries: listTuned(directory, (fault) => faults.push(fault)), faults };
}

describe('the store of tuned configurations', () => {
  it('gives back what was kept last for each key', () => {
    const directory = temporaryDirectory();
    expect(listOf(directory)).toEqual({ entries: [], faults: [] });
    writeTuned(directory, entry);
    writeTuned(directory, { ...entry, config: '128x64' });
    expect(listOf(directory)).toEqual({ entries: [{ ...entry, config: '128x64' }], faults: [] });
    onlyFile(directory);
    writeTuned(directory, { ...entry, key: 'another key' });
    expect(listOf(directory).entries).toHaveLength(2);
  });

  it.each([
    ['', 'a file that was cut off'],
    ['null', 'nothing'],
    [JSON.stringify({ ...entry, config: 5 }), 'a field of another type'],
  ])('passes over %j, and says so: %s', (text) => {
    const directory = temporaryDirectory();
    writeTuned(directory, { ...entry, key: 'another key' });
    const broken = onlyFile(directory);
    writeTuned(directory, entry);
    writeFileSync(broken, text);
    writeFileSync(join(tunedFolder(directory), 'a file being written.json.1'), '[]');
    const { entries, faults } = listOf(directory);
    expect(entries).toEqual([entry]);
    expect(faults).toEqual([`expected a tuned configuration in ${broken} but received ${text}`]);
  });

  it('says when the folder cannot be read', () => {
    const directory = temporaryDirectory();
    writeFileSync(tunedFolder(directory), '');
    expect(listOf(directory)).toEqual({ entries: [], faults: [expect.stringContaining('ENOTDIR')] });
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
