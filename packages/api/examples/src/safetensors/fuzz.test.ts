import { writeFileSync } from 'node:fs';
import { DgValidationError } from '@dg/runtime';
import { type SeededRandom, seededRandom, testSeed } from '@dg/testing';
import { expect, it } from 'vitest';
import { safetensorsBytes } from '../testing/safetensors-bytes.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { bytesPerElement } from './dtypes.js';
import { parseHeader } from './parse-header.js';
import { SafetensorsFile } from './safetensors-file.js';
import type { TensorEntry } from './tensor-entry.js';

const headersDrawn = 20_000;
const filesDrawn = 400;

const fileAt = temporaryFolder();

const header = JSON.stringify({
  __metadata__: { format: 'pt' },
  'model.layers.0.mlp.gate.weight': { dtype: 'BF16', shape: [4, 8], data_offsets: [0, 64] },
  'model.layers.0.mlp.experts.0.up_proj.weight': { dtype: 'F8_E4M3', shape: [8, 5], data_offsets: [68, 108] },
  'model.layers.0.mlp.experts.0.up_proj.weight_scale_inv': {
    dtype: 'F32',
    shape: [1, 1],
    data_offsets: [64, 68],
  },
});
const dataBytes = 108;

/** Bytes and numbers that parsers stumble over. */
const pieces = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '0',
  '-',
  '1e999',
  '9007199254740993',
  'null',
  '\u{1f600}',
  '\0',
];

function corrupt(random: SeededRandom, bytes: Buffer): Buffer {
  const place = random.integer(0, bytes.length - 1);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (random.integer(0, 4)) {
    case 0:
      return Buffer.concat([before, Buffer.of(random.integer(0, 255)), after.subarray(1)]);
    case 1:
      return Buffer.concat([before, Buffer.from(random.pick(pieces)), after]);
    case 2:
      return Buffer.concat([before, after.subarray(random.integer(1, 12))]);
    case 3:
      return before;
    default: {
      // Another number in the place of one that is there.
      const numbers = [...bytes.toString('latin1').matchAll(/\d+/g)];
      if (numbers.length === 0) return bytes;
      const { index, 0: digits } = random.pick(numbers);
      const other = Buffer.from(String(random.pick([random.integer(0, 200), 2 ** 31, 2 ** 53])));
      return Buffer.concat([bytes.subarray(0, index), other, bytes.subarray(index + digits.length)]);
    }
  }
}

/** What a header that was taken promises: each byte belongs to one tensor, and each tensor has its bytes. */
function expectConsistent(entries: readonly TensorEntry[], bytes: number): void {
  for (const { dtype, shape, begin, end } of entries) {
    expect(begin).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(bytes);
    expect(shape.reduce((product, size) => product * size, bytesPerElement(dtype))).toBe(end - begin);
  }
  expect(entries.reduce((sum, { begin, end }) => sum + end - begin, 0)).toBe(bytes);
}

/** The outcome of `read`, or undefined when it was refused as it should be; any other error fails the test. */
async function unlessRefused<T>(read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    expect(error).toBeInstanceOf(DgValidationError);
    expect((error as Error).message).toMatch(/: expected [\s\S]+ but received /);
    return undefined;
  }
}

it('corrupted headers are refused, or say nothing that does not hold', async () => {
  const random = seededRandom(testSeed());
  let taken = 0;
  for (let drawn = 0; drawn < headersDrawn; drawn++) {
    let bytes: Buffer = Buffer.from(header);
    for (let count = random.integer(1, 3); count > 0 && bytes.length > 0; count--)
      bytes = corrupt(random, bytes);
    const parsed = await unlessRefused(() => parseHeader('fuzzed', bytes, dataBytes));
    if (parsed === undefined) continue;
    taken += 1;
    expectConsistent([...parsed.entries.values()], dataBytes);
  }
  // Both outcomes have to be there for the test to mean something.
  expect(taken).toBeGreaterThan(headersDrawn / 100);
  expect(taken).toBeLessThan(headersDrawn / 2);
});

it('corrupted files are refused, or every tensor of them can be read', async () => {
  const random = seededRandom(testSeed());
  const whole = Buffer.from(safetensorsBytes(header, new Uint8Array(dataBytes)));
  const path = fileAt('fuzzed.safetensors');
  let taken = 0;
  for (let drawn = 0; drawn < filesDrawn; drawn++) {
    writeFileSync(path, corrupt(random, whole));
    const file = await unlessRefused(() => SafetensorsFile.open(path));
    if (file === undefined) continue;
    taken += 1;
    for (const entry of file.header.entries.values()) {
      expect(await file.read(entry)).toHaveLength(entry.end - entry.begin);
    }
    await file.close();
  }
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(filesDrawn);
});
