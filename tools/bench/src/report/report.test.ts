import { describe, expect, it } from 'vitest';
import type { GemmRow, ResultRow } from '../result-row.js';
import { readRows } from './read-rows.js';
import { report } from './report.js';

const identity = { device: 'NVIDIA H200', date: '2026-11-22', commit: 'abc1234' };
const gemm = (m: number, us: number, ratio_deepgemm: number): GemmRow => ({
  op: 'fp8_nt_1d2d',
  shape: [m, 576, 7168],
  us,
  tflops: 50,
  gbs: 400,
  config: '64x32-w1-c1x1-s8-bfloat16',
  sets: 44,
  diff: 1e-6,
  checked: true,
  yardsticks: { cublaslt_us: 15, tensorwise_us: 8 },
  ratios: { cublaslt: 15 / us, tensorwise: 8 / us },
  dg_table_us: 9.57,
  ratio_deepgemm,
  ...identity,
});
const rows: ResultRow[] = [
  gemm(64, 5, 2),
  { ...gemm(64, 4, 8), shape: [64, 2112, 7168] },
  gemm(128, 10, 0.5),
  {
    op: 'cast_per_block',
    shape: [7168, 16384],
    us: 90,
    gbs: 3900,
    copy_gbs: 4200,
    ratio_copy: 3900 / 4200,
    sets: 1,
    checked: true,
    ...identity,
  },
  { op: 'host_call', call: 'bf16_nt', shape: [64, 576, 7168], us: 4.25, ...identity },
];

describe('report', () => {
  const page = report(rows);

  it('has a line for each shape, in the order of the file', () => {
    expect(page).toContain('## FP8 dense NT, per-token × per-block scales, BF16 out');
    const lines = page.split('\n').filter((line) => line.includes('64x32-w1'));
    expect(lines[0]).toBe(
      '| 64 | 576×7168 | 5.00 | 50.0 | 400 | 2.00 | 3.00 | 1.60 | 64x32-w1-c1x1-s8-bfloat16 |',
    );
    expect(lines[2]).toMatch(/^\| 128 \| 576×7168 \| 10\.00 /);
  });

  it('has the geometric means by M and over all', () => {
    expect(page).toContain('| 64 | 2 | 4.00 |');
    expect(page).toContain('| 128 | 1 | 0.50 |');
    expect(page).toContain('| all | 3 | 2.00 |');
  });

  it('names the worst row', () => {
    expect(page).toContain('Worst against DeepGEMM: 128, 576×7168 at 0.50, 64x32-w1-c1x1-s8-bfloat16.');
  });

  it('has the casts, the host and where the figures come from, and no empty section', () => {
    expect(page).toContain('| cast_per_block | 7168×16384 | 90.00 | 3900 | 0.93 |');
    expect(page).toContain('| warm call, host time | bf16_nt | 64×576×7168 | 4.3 |');
    expect(page).toContain('NVIDIA H200, 2026-11-22, commit abc1234.');
    expect(page).not.toContain('## BF16');
  });

  it('leaves out what was not measured', () => {
    const { ratio_deepgemm: _, ...row } = gemm(64, 5, 1);
    const bare = report([{ ...row, ratios: {}, yardsticks: {} }]);
    expect(bare).toContain('| 64 | 1 | – | – | – |');
    expect(bare).not.toContain('Worst');
  });
});

describe('rows', () => {
  it('are read from JSON lines, the last of a measurement counting', () => {
    const text = [gemm(64, 5, 2), gemm(128, 6, 1), gemm(64, 7, 3)]
      .map((row) => JSON.stringify(row))
      .join('\n');
    expect(readRows(`${text}\n`).map((row) => row.us)).toEqual([7, 6]);
  });

  it('keep the calls of different operations apart', () => {
    const host = (call: string) =>
      JSON.stringify({ op: 'host_call', call, shape: [1, 2, 3], us: 1, ...identity });
    expect(readRows(`${host('bf16_nt')}\n${host('fp8_nt_1d2d')}`)).toHaveLength(2);
  });

  it.each(['{', '{}', '3', 'null', '{"op":"bf16_nt","shape":[1,2,3]}'])('reject the line %s', (line) => {
    expect(() => readRows(line)).toThrow('expected a row with op, shape and us for a line of the results');
  });
});
