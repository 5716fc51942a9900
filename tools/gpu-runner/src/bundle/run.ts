import { spawnSync } from 'node:child_process';
import { DgError } from '@dg/jit';

/** Runs a program to its end and gives what it printed. Throws DgError with its stderr when it fails. */
export function run(program: string, args: readonly string[], cwd?: string): string {
  const result = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.status === 0) return result.stdout;
  const reason = result.error?.message ?? `exit code ${result.status}: ${result.stderr}`;
  throw new DgError(
    'DG_BUNDLE_STEP',
    `expected success of ${program} ${args.join(' ')} but received ${reason}`,
  );
}
