import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { minimalCubin } from '../testing/minimal-cubin.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { elfBuildId } from './elf-build-id.js';

/** An ELF64 file with one note segment. */
function elfWithNotes(notes: Buffer): string {
  const header = Buffer.alloc(64 + 56);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(4, 64);
  header.writeBigUInt64LE(BigInt(header.length), 64 + 8);
  header.writeBigUInt64LE(BigInt(notes.length), 64 + 32);
  const path = join(temporaryDirectory(), 'library.so');
  writeFileSync(path, Buffer.concat([header, notes]));
  return path;
}

function note(type: number, name: string, content: string): Buffer {
  const bytes = Buffer.from(content, 'hex');
  const head = Buffer.alloc(12);
  head.writeUInt32LE(name.length, 0);
  head.writeUInt32LE(bytes.length, 4);
  head.writeUInt32LE(type, 8);
  const padded = (part: Buffer) => Buffer.concat([part, Buffer.alloc((4 - (part.length % 4)) % 4)]);
  return Buffer.concat([head, padded(Buffer.from(name)), padded(bytes)]);
}

it('finds the build id among other notes', () => {
  const notes = [note(1, 'GNU\0', '00112233'), note(5, 'stapsdt\0', 'ff'), note(3, 'GNU\0', '65be0db342')];
  expect(elfBuildId(elfWithNotes(Buffer.concat(notes)))).toBe('65be0db342');
});

it.each([
  ['no notes', () => elfWithNotes(Buffer.alloc(0))],
  ['half a note', () => elfWithNotes(note(3, 'GNU\0', '65be').subarray(0, 8))],
  ['no program headers', () => written(minimalCubin('k'))],
  ['no ELF file', () => written(Buffer.from('hello'))],
  ['an empty file', () => written(Buffer.alloc(0))],
])('finds none in %s', (_, path) => {
  expect(elfBuildId(path())).toBeUndefined();
});

function written(bytes: Buffer): string {
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, bytes);
  return path;
}

it('agrees with file(1) on the Node that runs this, where both are there', () => {
  const told = () => {
    try {
      return /BuildID\[sha1\]=([0-9a-f]+)/.exec(
        execFileSync('file', [process.execPath], { encoding: 'utf8' }),
      )?.[1];
    } catch {
      return undefined;
    }
  };
  const buildId = told();
  if (buildId !== undefined) expect(elfBuildId(process.execPath)).toBe(buildId);
});
