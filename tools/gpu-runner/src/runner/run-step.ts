import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import type { PlannedStep } from './plan-parts.js';

/** What `timeout` of coreutils exits with when the time is up. */
const timedOutExitCode = 124;
const killedExitCode = 137;
const graceSeconds = 10;

export interface StepOutcome {
  readonly exitCode: number;
  readonly seconds: number;
  readonly timedOut: boolean;
}

/** Runs a step under its limit, with all that it prints appended to a log. Never throws for a failing program. */
export async function runStep({ command, limitSeconds }: PlannedStep, log: string): Promise<StepOutcome> {
  const start = performance.now();
  appendFileSync(log, `$ ${command.join(' ')}\n`);
  const file = openSync(log, 'a');
  try {
    const exitCode = await exitCodeOf(
      ['timeout', `--kill-after=${graceSeconds}`, `${limitSeconds}`, ...command],
      file,
    );
    return {
      exitCode,
      seconds: (performance.now() - start) / 1000,
      timedOut: exitCode === timedOutExitCode || exitCode === killedExitCode,
    };
  } finally {
    closeSync(file);
  }
}

function exitCodeOf([program, ...args]: readonly [string, ...string[]], file: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', file, file] });
    child.once('error', reject);
    // A signal ended `timeout` itself: as a shell would put it.
    child.once('close', (code) => resolve(code ?? killedExitCode));
  });
}
