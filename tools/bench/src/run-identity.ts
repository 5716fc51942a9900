import { spawnSync } from 'node:child_process';

/** What a figure belongs to. */
export interface RunIdentity {
  /** The GPU, as its vendor calls it. */
  readonly device: string;
  /** Day of the run in UTC, `2026-11-22`. */
  readonly date: string;
  /** Of the code that was timed; null where nothing says it. */
  readonly commit: string | null;
}

export function runIdentity(device: string): RunIdentity {
  return { device, date: new Date().toISOString().slice(0, 10), commit: currentCommit(process.env) };
}

/** DG_COMMIT, which the bundle sets, else what git says of the current directory. */
export function currentCommit(env: Readonly<Record<string, string | undefined>>): string | null {
  if (env['DG_COMMIT']) return env['DG_COMMIT'];
  const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return git.status === 0 ? git.stdout.trim() || null : null;
}
