import { createHash } from 'node:crypto';
import type { CompileTarget } from '../compile-target.js';
import type { HeaderRecord } from '../headers/collect-headers.js';
import type { KernelSource } from '../kernel-source.js';
import { nvccFlags } from '../nvcc/nvcc-command.js';

/** Raise it when entries of the old form must not be read any more. */
export const CACHE_FORMAT_VERSION = 1;

/**
 * SHA-256, hexadecimal, over everything that decides the image and over nothing else: no path of this machine and
 * nothing of its environment, so that a cache can be moved.
 */
export function cacheKey(
  source: KernelSource,
  target: CompileTarget,
  headers: readonly HeaderRecord[],
  compiler: string,
): string {
  const parts = [
    CACHE_FORMAT_VERSION,
    source.code,
    source.entry,
    headers.map(({ path, sha256 }) => [path, sha256]),
    nvccFlags(source, target),
    compiler,
    target.architecture,
    target.output,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
