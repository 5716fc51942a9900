import type { Device } from '@dg/runtime';
import type { GemmProblem } from '../problem/gemm-problem.js';
import type { TunedCall, TuningSummary } from '../tuning/tuning-summary.js';
import { formatTable } from './format-table.js';

/** A line for a display of progress. */
export function describeTunedCall({ operation, problem, best }: TunedCall): string {
  return `${operation} ${sizesOf(problem)}: ${best.config}, ${best.microseconds.toFixed(1)} us`;
}

const header = ['operation', 'product', 'model (us)', 'fastest (us)', 'gain', 'kernel'];

/** A table of what was measured, and a line about all of it. */
export function describeTuning(
  { calls, folder, milliseconds }: TuningSummary,
  device: Pick<Device, 'name' | 'properties'>,
): string {
  const rows = calls.map(({ operation, problem, model, best }) => [
    operation,
    sizesOf(problem),
    model === undefined ? '-' : model.microseconds.toFixed(1),
    best.microseconds.toFixed(1),
    model === undefined ? '-' : `${((model.microseconds / best.microseconds - 1) * 100).toFixed(1)} %`,
    best.config,
  ]);
  const seconds = (milliseconds / 1000).toFixed(1);
  const end = `${calls.length} products on ${device.name} (${device.properties.model}) in ${seconds} s, kept in ${folder}`;
  return `${formatTable([header, ...rows])}\n${end}`;
}

/** `4 x 128 x 7168 x 2048 float32 +C`: groups, M, N and K; of masked products the rows expected, of the most. */
function sizesOf(problem: GemmProblem): string {
  const { m, n, k, outputType, accumulate, tmaStorable } = problem;
  const rows = problem.kind === 'm-grouped-masked' ? `${problem.expectedM}/${m}` : m;
  const sizes = [...(problem.kind === 'dense' ? [] : [problem.groups]), rows, n, k].join(' x ');
  return `${sizes} ${outputType}${accumulate ? ' +C' : ''}${tmaStorable ? '' : ' unaligned'}`;
}
