import { spawnSync } from 'node:child_process';

/** What git calls the state of the repository, `-dirty` where it is changed; `unknown` without git. */
export function currentCommit(repository: string): string {
  const git = spawnSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], {
    cwd: repository,
    encoding: 'utf8',
  });
  return (git.status === 0 && git.stdout.trim()) || 'unknown';
}
