import type { GemmConfig } from '@dg/kernels';
import { describe, expect, it } from 'vitest';
import { readLines } from '../read-lines.js';
import type { SweepLine, SweepRow } from '../sweep-row.js';
import { choiceDistances } from './choice-distances.js';
import { sweepReport, sweepSummary } from './sweep-report.js';

const identity = { device: 'NVIDIA H200', date: '2026-11-22', commit: 'abc1234' };
const row = (shape: readonly number[], name: string, us: number, chosen = false): SweepRow => ({
  op: 'bf16_nt',
  shape,
  name,
  config: {} as GemmConfig,
  us,
  estimatedUs: us * 1.1,
  chosen,
  ...identity,
});
const { us: _, estimatedUs: __, chosen: ___, ...failed } = row([1, 2, 3], 'wide', 0);
const lines: SweepLine[] = [
  row([1, 2, 3], 'small', 10, true),
  row([1, 2, 3], 'large', 12),
  row([4, 5, 6], 'small', 11, true),
  row([4, 5, 6], 'large', 10),
  row([7, 8, 9], 'large', 10),
  { ...failed, error: 'bad |\nresult' },
];

describe('distances', () => {
  it('are those of shapes whose choice was measured', () => {
    const found = choiceDistances(lines).map(({ shape, best, ratio, measured }) => [
      shape.join('x'),
      best.name,
      ratio,
      measured,
    ]);
    expect(found).toEqual([
      ['1x2x3', 'small', 1, 2],
      ['4x5x6', 'large', 1.1, 2],
    ]);
  });
});

describe('report', () => {
  const page = sweepReport(lines);

  it('says whether the target is reached', () => {
    expect(page).toContain('| bf16_nt | 2 | 1.049 | 1.100 | not reached |');
    expect(sweepSummary(lines.slice(0, 2))).toContain('| all | 1 | 1.000 | 1.000 | reached |');
  });

  it('has the shapes, the winners and the failures', () => {
    expect(page).toContain('| 4×5×6 | small | 11.00 | 12.10 | large | 10.00 | 11.00 | 1.100 | 2 |');
    expect(page).toContain('| large | 1 | 4×5×6 |');
    expect(page).toContain('| bf16_nt | 1×2×3 | wide | bad \\| result |');
    expect(page).toContain('NVIDIA H200, 2026-11-22, commit abc1234.');
  });

  it('does without choices', () => {
    expect(sweepSummary([])).toBe('');
    expect(sweepReport([])).toContain('No choice of the library was measured.');
  });
});

describe('lines', () => {
  it('are read, the last of a measurement counting', () => {
    const text = [row([1, 2, 3], 'a', 1), row([1, 2, 3], 'b', 2), row([1, 2, 3], 'a', 3)]
      .map((line) => JSON.stringify(line))
      .join('\n');
    expect(readLines(`${text}\n`).map((line) => (line as SweepRow).us)).toEqual([3, 2]);
  });

  it.each(['{', '3', 'null', '{"op":"x"}'])('reject %s', (text) => {
    expect(() => readLines(text)).toThrow('expected op, shape and name in a line of a sweep');
  });
});
