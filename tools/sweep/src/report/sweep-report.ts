import { markdownTable } from '../../../bench/src/report/markdown-table.js';
import { geometricMean } from '../../../bench/src/statistics/geometric-mean.js';
import { isSweepRow, type SweepLine } from '../sweep-row.js';
import { type ChoiceDistance, choiceDistances } from './choice-distances.js';

/** What the choice of configuration is to keep to. */
export const largestMeanRatio = 1.03;
export const largestRatio = 1.1;

/** How far the library's choices are from the best measured, and which configurations win where: a page. */
export function sweepReport(lines: readonly SweepLine[]): string {
  const distances = choiceDistances(lines);
  const sections = [
    '# Sweep of configurations',
    origins(lines),
    ...(distances.length === 0 ? ['No choice of the library was measured.'] : measuredSections(distances)),
    ...failureSection(lines),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Geometric mean and worst of each operation. Empty where no choice was measured. */
export function sweepSummary(lines: readonly SweepLine[]): string {
  const distances = choiceDistances(lines);
  return distances.length === 0 ? '' : summaryTable(distances);
}

function measuredSections(distances: readonly ChoiceDistance[]): string[] {
  return [
    'The ratio is the time of the configuration that the library chooses over that of the best one that was measured. ' +
      `It is to be at most ${largestMeanRatio} in geometric mean and ${largestRatio} at worst.`,
    summaryTable(distances),
    ...operationsOf(distances).flatMap((op) =>
      operationSection(distances.filter((distance) => distance.op === op)),
    ),
  ];
}

function operationsOf(distances: readonly ChoiceDistance[]): readonly string[] {
  return [...new Set(distances.map(({ op }) => op))];
}

function summaryTable(distances: readonly ChoiceDistance[]): string {
  const line = (name: string, chosen: readonly ChoiceDistance[]) => {
    const mean = geometricMean(chosen.map(({ ratio }) => ratio));
    const worst = Math.max(...chosen.map(({ ratio }) => ratio));
    const reached = mean <= largestMeanRatio && worst <= largestRatio;
    return [name, `${chosen.length}`, mean.toFixed(3), worst.toFixed(3), reached ? 'reached' : 'not reached'];
  };
  return markdownTable([
    ['operation', 'shapes', 'geometric mean', 'worst', 'target'],
    ...operationsOf(distances).map((op) =>
      line(
        op,
        distances.filter((distance) => distance.op === op),
      ),
    ),
    line('all', distances),
  ]);
}

function operationSection(distances: readonly ChoiceDistance[]): string[] {
  return [
    `## ${distances[0]!.op}`,
    markdownTable([
      ['shape', 'chosen', 'µs', 'expected µs', 'best', 'µs', 'expected µs', 'ratio', 'measured'],
      ...distances.map(({ shape, chosen, best, ratio, measured }) => [
        shape.join('×'),
        chosen.name,
        chosen.us.toFixed(2),
        chosen.estimatedUs.toFixed(2),
        best.name,
        best.us.toFixed(2),
        best.estimatedUs.toFixed(2),
        ratio.toFixed(3),
        `${measured}`,
      ]),
    ]),
    '### Winners',
    winnersTable(distances),
  ];
}

function winnersTable(distances: readonly ChoiceDistance[]): string {
  const names = [...new Set(distances.map(({ best }) => best.name))];
  const shapesOf = (name: string) => distances.filter(({ best }) => best.name === name);
  const rows = names
    .map((name) => ({ name, shapes: shapesOf(name).map(({ shape }) => shape.join('×')) }))
    .sort((x, y) => y.shapes.length - x.shapes.length);
  return markdownTable([
    ['configuration', 'wins', 'shapes'],
    ...rows.map(({ name, shapes }) => [name, `${shapes.length}`, shapes.join(', ')]),
  ]);
}

function failureSection(lines: readonly SweepLine[]): string[] {
  const failures = lines.flatMap((line) => (isSweepRow(line) ? [] : [line]));
  if (failures.length === 0) return [];
  return [
    '## Failures',
    markdownTable([
      ['operation', 'shape', 'configuration', 'error'],
      ...failures.map(({ op, shape, name, error }) => [
        op,
        shape.join('×'),
        name,
        error.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|'),
      ]),
    ]),
  ];
}

function origins(lines: readonly SweepLine[]): string {
  const distinct = new Set(
    lines.map(({ device, date, commit }) => `${device}, ${date}, commit ${commit ?? 'unknown'}.`),
  );
  return [...distinct].join(' ');
}
