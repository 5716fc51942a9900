import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { DgValidationError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { safetensorsBytes } from '../testing/safetensors-bytes.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { SafetensorsFile } from './safetensors-file.js';
import { writeSafetensors } from './write-safetensors.js';

const fileAt = temporaryFolder();

async function expectRefused(path: string, message: string | RegExp): Promise<void> {
  const opened = SafetensorsFile.open(path);
  await expect(opened).rejects.toThrow(DgValidationError);
  await expect(opened).rejects.toThrow(message);
}

describe('SafetensorsFile', () => {
  it('reads back what was written', async () => {
    const path = fileAt('model.safetensors');
    const codes = Uint8Array.from({ length: 6 }, (_, i) => i);
    const scales = Float32Array.of(0.5, -2);
    await writeSafetensors(
      path,
      [
        { name: 'codes', dtype: 'F8_E4M3', shape: [2, 3], data: () => codes },
        { name: 'scales', dtype: 'F32', shape: [2], data: () => new Uint8Array(scales.buffer) },
        { name: 'nothing', dtype: 'BF16', shape: [0], data: () => new Uint8Array(0) },
      ],
      { format: 'pt' },
    );
    const file = await SafetensorsFile.open(path);
    expect(file.header.metadata.get('format')).toBe('pt');
    expect(file.entry('codes').shape).toEqual([2, 3]);
    expect(await file.read(file.entry('codes'))).toEqual(codes);
    expect(new Float32Array((await file.read(file.entry('scales'))).buffer)).toEqual(scales);
    expect(await file.read(file.entry('nothing'))).toHaveLength(0);
    await file.close();
  });

  it('starts the data of every tensor at a multiple of its element', async () => {
    const path = fileAt('aligned.safetensors');
    await writeSafetensors(path, [
      { name: 'bytes', dtype: 'U8', shape: [3], data: () => new Uint8Array(3) },
      { name: 'words', dtype: 'F32', shape: [1], data: () => new Uint8Array(4) },
      { name: 'halves', dtype: 'BF16', shape: [5], data: () => new Uint8Array(10) },
    ]);
    const file = await SafetensorsFile.open(path);
    expect([...file.header.entries.values()].map(({ name, begin }) => [name, begin])).toEqual([
      ['words', 0],
      ['halves', 4],
      ['bytes', 14],
    ]);
    await file.close();
    expect(readFileSync(path).readBigUInt64LE() % 8n).toBe(0n);
  });

  it('names a tensor that is not there', async () => {
    const path = fileAt('empty.safetensors');
    await writeSafetensors(path, []);
    const file = await SafetensorsFile.open(path);
    expect(() => file.entry('weight')).toThrow(
      'expected a tensor named "weight" but received a file with 0 others',
    );
    await file.close();
  });

  it('does not write more or less than a shape says', async () => {
    const tensor = { name: 't', dtype: 'F32', shape: [2], data: () => new Uint8Array(7) } as const;
    await expect(writeSafetensors(fileAt('short.safetensors'), [tensor])).rejects.toThrow(
      'expected 8 bytes for tensor t but received 7',
    );
  });

  it('says when the file was cut after it was opened', async () => {
    const path = fileAt('cut.safetensors');
    await writeSafetensors(path, [{ name: 't', dtype: 'U8', shape: [100], data: () => new Uint8Array(100) }]);
    const file = await SafetensorsFile.open(path);
    truncateSync(path, readFileSync(path).length - 40);
    await expect(file.read(file.entry('t'))).rejects.toThrow(
      'expected 100 bytes for tensor "t" but received 60, then the end of the file',
    );
    await file.close();
  });

  it.each<[what: string, bytes: Uint8Array, message: string]>([
    ['an empty file', new Uint8Array(0), 'expected at least 8 bytes for a safetensors file but received 0'],
    ['seven bytes', new Uint8Array(7), 'expected at least 8 bytes for a safetensors file but received 7'],
    ['a header of no bytes', new Uint8Array(8), 'begins with { but received an empty one'],
    [
      'a header past the end',
      safetensorsBytes('{}', new Uint8Array(0), 3n),
      'expected a header of at most 2 bytes in a file of 10 but received a length of 3',
    ],
    [
      'the largest length there is',
      safetensorsBytes('{}', new Uint8Array(0), 2n ** 64n - 1n),
      'but received a length of 18446744073709551615',
    ],
  ])('refuses %s', async (what, bytes, message) => {
    const path = fileAt(what);
    writeFileSync(path, bytes);
    await expectRefused(path, message);
  });

  it('refuses a header larger than the format allows, without reading it', async () => {
    const path = fileAt('large-header.safetensors');
    writeFileSync(path, safetensorsBytes('{}', new Uint8Array(0), 100_000_001n));
    // Sparse: no such amount is on the disk.
    truncateSync(path, 200_000_000);
    await expectRefused(path, 'a header of at most 100000000 bytes in a file of 200000000');
  });

  it('refuses what is not there, and what is no file', async () => {
    mkdirSync(fileAt('folder'));
    await expectRefused(fileAt('nowhere'), /expected a file that can be read but received ENOENT/);
    await expectRefused(fileAt('folder'), 'expected a file but received a folder or a device');
  });
});
