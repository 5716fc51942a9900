import { spawnSync } from 'node:child_process';
import { DgUnavailableError } from '@dg/jit';
import type { CommandLine } from './commands.js';

/** Runs a program on this terminal. Throws DgUnavailableError when it cannot be started; otherwise its exit code. */
export function runInForeground([program, ...args]: CommandLine): number {
  const result = spawnSync(program, args, { stdio: 'inherit' });
  if (result.error === undefined) return result.status ?? 1;
  throw new DgUnavailableError(
    'program-not-started',
    `expected ${program} to start but received ${result.error.message}.`,
    'Put it on PATH.',
  );
}
