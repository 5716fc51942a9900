import { describe, expect, it } from 'vitest';
import { gemmCase } from '../gemms/gemm-tables.js';
import type { ResultRow } from '../result-row.js';
import { copyRow, gemmRow, hostRow, memoryRow, syntheticRun } from '../testing/synthetic-rows.js';
import { readRows } from './read-rows.js';
import { report } from './report.js';

const dense = (m: number, n: number, us: number) => gemmRow(gemmCase('fp8_nt_1d2d', [m, n, 7168]), us);
// DeepGEMM took 9.57, 10.27 and 9.42 µs on a card as fast as this one.
const rows: ResultRow[] = [
  dense(64, 576, 9.57 / 2),
  dense(64, 2112, 10.27 / 8),
  dense(128, 576, 9.42 / 0.5),
  memoryRow(0, 0.93),
  hostRow(4.25),
];

describe('report', () => {
  const page = report(rows);

  it('has a line for each shape, in the order of the file', () => {
    expect(page).toContain('## FP8 dense NT, per-token × per-block scales, BF16 out');
    const lines = page.split('\n').filter((line) => line.includes('64x32-w1') && line.startsWith('|'));
    expect(lines[0]).toMatch(
      /^\| 64 \| 576×7168 \| 4\.79 \| 110\.4 \| 977 \| 2\.00 \| 3\.13 \| 1\.64 \| 64x32-w1-c1x1-s8-bfloat16 \|$/,
    );
    expect(lines[2]).toMatch(/^\| 128 \| 576×7168 \| 18\.84 /);
  });

  it('has the geometric means by M and over all', () => {
    expect(page).toContain('| 64 | 2 | 4.00 |');
    expect(page).toContain('| 128 | 1 | 0.50 |');
    expect(page).toContain('| all | 3 | 2.00 |');
  });

  it('names the worst row', () => {
    expect(page).toContain('Worst against DeepGEMM: 128, 576×7168 at 0.50, 64x32-w1-c1x1-s8-bfloat16.');
  });

  it('has the rest, where the figures come from, and no empty section', () => {
    expect(page).toMatch(/\| cast_per_token \| 8192×7168 \| \d+\.\d\d \| 3999 \| 0\.93 \|/);
    expect(page).toContain('| warm call, host time | bf16_nt | 64×576×7168 | 4.3 |');
    expect(page).toContain('NVIDIA H200, 2026-11-22, commit abc1234.');
    for (const absent of ['## BF16', '## Time floors', '## Options', '## Plots']) {
      expect(page).not.toContain(absent);
    }
  });

  it('leaves out what was not measured', () => {
    const { ratio_deepgemm: _, ...row } = dense(64, 576, 5);
    const bare = report([{ ...row, ratios: {}, yardsticks: {} }]);
    expect(bare).toContain('| 64 | 1 | – | – | – |');
    expect(bare).not.toContain('Worst');
    expect(bare).toContain(
      '| FP8 dense, M ≤ 128 | DeepGEMM | 0 of 1 | – | 1.40 | – | 1.00 | – | not measured |',
    );
  });

  it('compares options of calls with the defaults, and keeps them out of the tables', () => {
    const faster = { ...dense(64, 576, 9.57 / 2.2), options: 'dependentLaunch=on' };
    const compared = report([...rows, faster]);
    expect(compared).toContain('| fp8_nt_1d2d, M = 64 | dependentLaunch=on | 1 | 1.100 | 1.100 | 1.100 |');
    expect(compared).toContain('| all | 3 | 2.00 |');
  });

  it('says of rows with options which targets they reach, and of no others', () => {
    const lines = report([...rows, { ...dense(64, 576, 9.57 / 1.5), options: 'constantA=off' }]).split('\n');
    const [, , , ...table] = lines.slice(lines.indexOf('### With constantA=off') + 1);
    expect(table[0]).toMatch(/^\| FP8 dense, M ≤ 128 \| DeepGEMM \| 1 \| 1\.500 \| .* \| reached \|$/);
    expect(table[1]).toMatch(/^\| FP8 dense, all M \| cuBLASLt with one scale per tensor \| 1 \|/);
    expect(table[2]).toBe('');
  });

  it('shows plots beside it', () => {
    expect(report(rows, [{ title: 'All', file: 'all.svg', svg: '' }])).toContain('![All](all.svg)');
  });
});

describe('a whole run', () => {
  it('that is twice as fast as DeepGEMM reaches its targets, and one as fast does not', () => {
    const fast = report(syntheticRun(2));
    expect(fast).toContain('| M-grouped masked, mean M = 20 | DeepGEMM | 8 | 2.000 | 1.15 | 2.000 | 1.00 |');
    expect(fast.match(/\| reached \|/g)).toHaveLength(10);
    expect(fast).toContain('with 4.0 µs: reached.');
    const slow = report(syntheticRun(1));
    expect(slow).toContain('| K-grouped BF16 | DeepGEMM | 6 | 1.000 | 1.08 | 1.000 | 1.00 |');
    // All but the casts.
    expect(slow.match(/\| not reached \|/g)).toHaveLength(9);
  });

  it('has a section for each operation and floors that are no higher than the times', () => {
    const page = report(syntheticRun(1));
    expect(page.match(/^## /gm)).toHaveLength(1 + 8 + 2 + 1);
    const fractions = [...page.matchAll(/\| (?:memory|tensor cores) \| .* \| ([\d.]+) \|$/gm)];
    expect(fractions).toHaveLength(119);
    for (const [, fraction] of fractions) expect(Number(fraction)).toBeLessThanOrEqual(1);
  });
});

describe('rows', () => {
  it('are read from JSON lines, the last of a measurement counting', () => {
    const lines = [dense(64, 576, 5), dense(128, 576, 6), dense(64, 576, 7), copyRow];
    const text = lines.map((row) => JSON.stringify(row)).join('\n');
    expect(readRows(`${text}\n`).map((row) => row.us)).toEqual([7, 6, 2000]);
  });

  it('keep calls of different operations and options apart', () => {
    const host = (extra: object) => JSON.stringify({ ...hostRow(1), ...extra });
    const different = [{}, { call: 'fp8_nt_1d2d' }, { options: 'constantB=on' }];
    expect(readRows(different.map(host).join('\n'))).toHaveLength(3);
  });

  it.each(['{', '{}', '3', 'null', '{"op":"bf16_nt","shape":[1,2,3]}'])('reject the line %s', (line) => {
    expect(() => readRows(line)).toThrow('expected a row with op, shape and us for a line of the results');
  });
});
