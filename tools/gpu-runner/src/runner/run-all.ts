import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputNames } from './commands.js';
import { partDetail } from './part-detail.js';
import type { PlannedPart } from './plan-parts.js';
import { runStep, type StepOutcome } from './run-step.js';
import { trimFile } from './trim-file.js';

/**
 * Runs the parts one after the other, whatever becomes of each, with logs in `outputs`, and writes one table of them
 * last, to `writeLine` and to the summary. A failing yardstick does not keep the benchmark from running.
 *
 * @returns true when every step of every part succeeded.
 */
export async function runAll(
  parts: readonly PlannedPart[],
  outputs: string,
  writeLine: (line: string) => void,
): Promise<boolean> {
  const summary = join(outputs, outputNames.summary);
  mkdirSync(outputs, { recursive: true });
  // What an earlier run left would pass for this one's.
  for (const { log, results } of parts) {
    for (const name of [log, ...results]) rmSync(join(outputs, name), { force: true });
  }
  writeFileSync(summary, `commit ${process.env['DG_COMMIT'] ?? 'unknown'}, ${new Date().toISOString()}\n`);

  const lines: string[] = [];
  let succeeded = true;
  for (const part of parts) {
    const outcomes: StepOutcome[] = [];
    for (const step of part.steps) outcomes.push(await runStep(step, join(outputs, part.log)));
    succeeded &&= outcomes.every(({ exitCode }) => exitCode === 0);
    lines.push(partLine(part, outcomes, partDetail(part, outputs)));
  }
  for (const name of readdirSync(outputs)) trimFile(join(outputs, name));
  appendFileSync(summary, `${lines.join('\n')}\n`);
  for (const line of lines) writeLine(line);
  return succeeded;
}

function partLine(part: PlannedPart, outcomes: readonly StepOutcome[], detail: string): string {
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  const status = outcomes.map(statusOf).find((candidate) => candidate !== 'ok') ?? 'ok';
  return `${part.name.padEnd(10)} ${status.padEnd(10)} ${`${seconds.toFixed(0)} s`.padStart(6)}  ${detail}`;
}

function statusOf({ exitCode, timedOut }: StepOutcome): string {
  if (timedOut) return 'TIMED OUT';
  return exitCode === 0 ? 'ok' : `FAILED ${exitCode}`;
}
