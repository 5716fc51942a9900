import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { warmup } from '@dg/api';
import { DgError } from '@dg/jit';
import { containerOperation, type InsideReport } from './container-operation.js';
import type { WriteLine } from './write-line.js';

/** Nobody's. */
const otherUser = 54_321;
const timeoutMs = 300_000;

/** The checkout, or the bundle, that this file is part of: three folders up from dist/. */
const application = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
const inside = 'tools/jit-check/dist/inside-container.js';

/**
 * Fills a cache, moves it, and uses it read-only at another path, as another user, in a root without a CUDA toolkit.
 *
 * @returns whether there was such a root, nothing was compiled there and all was right.
 */
export async function runContainer(
  directory: string,
  device: string | undefined,
  writeLine: WriteLine,
): Promise<boolean> {
  const built = join(directory, 'built');
  const summary = await warmup([containerOperation], { cacheDirectory: built });
  writeLine(`warmed: ${summary.kernels} kernels in ${(summary.milliseconds / 1000).toFixed(1)} s`);
  const image = join(directory, 'image');
  mkdirSync(image);
  renameSync(built, join(image, 'kernels'));
  makeReadOnly(join(image, 'kernels'));
  // With the Node that runs this, wherever that lies.
  copyFileSync(process.execPath, join(image, 'node'));
  // Other users have to get there.
  for (const path of [directory, image, join(image, 'node')]) chmodSync(path, 0o755);

  const { how, isContained, report } = runInside(directory, image, device);
  writeLine(`${how}: ${JSON.stringify(report)}`);
  const { user, compiler, isCacheWritable, compilations, hits, isRight } = report;
  const isElsewhere = isContained && compiler === undefined && user === otherUser && !isCacheWritable;
  return isElsewhere && compilations === 0 && hits > 0 && isRight !== false;
}

function makeReadOnly(path: string): void {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path)) makeReadOnly(join(path, name));
    chmodSync(path, 0o555);
  } else {
    chmodSync(path, 0o444);
  }
}

interface InsideRun {
  readonly how: string;
  /** In a root of its own. */
  readonly isContained: boolean;
  readonly report: InsideReport;
}

/** In a root of its own where this process may make one; else only as another user, which tells less. */
function runInside(directory: string, image: string, device: string | undefined): InsideRun {
  const root = join(directory, 'root');
  mkdirSync(root);
  const script = fileURLToPath(new URL('../files/container-root.sh', import.meta.url));
  const args = device === undefined ? [] : [device];
  const environment = (cacheDirectory: string) => ({
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    DG_JIT_FORBID_COMPILE: '1',
    DG_JIT_CACHE_DIR: cacheDirectory,
    // Some machines have libcuda where only this names it.
    LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] ?? '',
  });
  const options = { encoding: 'utf8', timeout: timeoutMs } as const;
  const contained = spawnSync(
    script,
    [root, application, image, String(otherUser), '/srv/image/node', `/opt/dg/${inside}`, ...args],
    { ...options, env: environment('/srv/image/kernels') },
  );
  if (contained.status === 0) {
    return { how: 'container-like root', isContained: true, report: JSON.parse(contained.stdout) };
  }
  const plain = spawnSync(join(image, 'node'), [join(application, inside), ...args], {
    ...options,
    env: environment(join(image, 'kernels')),
    uid: otherUser,
    gid: otherUser,
  });
  if (plain.status === 0) {
    const reason = contained.stderr.trim() || String(contained.error ?? contained.signal);
    const how = `no root of its own (${reason}), another user`;
    return { how, isContained: false, report: JSON.parse(plain.stdout) };
  }
  throw new DgError(
    'DG_JIT_CHECK_CONTAINER',
    `expected a report from inside but received ${contained.stderr}${plain.stderr}${plain.error ?? ''}`,
  );
}
