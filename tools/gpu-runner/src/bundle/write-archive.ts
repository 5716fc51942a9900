import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DgError } from '@dg/jit';
import { run } from './run.js';

/** What travels to the GPU machine is limited to 64 MiB, of which other files need some. */
const largestBytes = 60 * 1024 * 1024;

/**
 * One compressed archive of the compressed node piece and everything in `stage`.
 *
 * @returns its size in bytes.
 * @throws DgError when it is larger than 60 MiB.
 */
export function writeArchive(nodePiece: string, stage: string, archive: string): number {
  const rest = `${stage}.tar`;
  run('tar', ['--format=ustar', '--owner=0', '--group=0', '--sort=name', '-cf', rest, '-C', stage, '.']);
  run('xz', ['-6', '--threads=1', '--force', rest]);
  mkdirSync(dirname(archive), { recursive: true });
  copyFileSync(nodePiece, archive);
  appendFileSync(archive, readFileSync(`${rest}.xz`));
  rmSync(`${rest}.xz`);
  const { size } = statSync(archive);
  if (size <= largestBytes) return size;
  throw new DgError(
    'DG_BUNDLE_SIZE',
    `expected at most ${largestBytes} bytes for ${archive} but received ${size}`,
  );
}
