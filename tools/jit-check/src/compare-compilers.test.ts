import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { compareCompilers } from './compare-compilers.js';

it('compares the rows that both results have, and calls what is within the noise the same', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dg-compare-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const write = (name: string, times: Readonly<Record<string, number>>) => {
    const rows = Object.entries(times).map(([op, us]) => ({ op, shape: [1, 2, 3], us, config: 'c' }));
    const cast = { op: 'cast_per_token', shape: [4, 5], us: 7 };
    const path = join(directory, name);
    writeFileSync(path, [...rows, cast].map((row) => `${JSON.stringify(row)}\n`).join(''));
    return path;
  };
  const nvcc = write('nvcc', { a: 10, b: 10, c: 10, alone: 10 });
  const table = compareCompilers(nvcc, write('nvrtc', { a: 10.2, b: 12, c: 8 }));
  expect(table.split('\n').slice(2)).toEqual([
    '| a 1x2x3 | 10.00 | 10.20 | 1.020 | the same |',
    '| b 1x2x3 | 10.00 | 12.00 | 1.200 | slower |',
    '| c 1x2x3 | 10.00 | 8.00 | 0.800 | faster |',
    '',
    '3 rows, 1 slower with NVRTC by more than 3 %, geometric mean 0.993',
  ]);
});
