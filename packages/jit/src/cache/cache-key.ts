import type { CompileTarget } from '../compile-target.js';
import type { HeaderRecord } from '../headers/collect-headers.js';
import type { KernelSource } from '../kernel-source.js';
import { sha256 } from './build-record.js';
import { CACHE_FORMAT_VERSION } from './store-layout.js';

/**
 * SHA-256, hexadecimal, over everything that is asked of a compiler and over nothing else: no path of this machine and
 * nothing of its environment, so that a cache can be moved; and not the compiler, so that a machine without one can
 * find what another machine compiled.
 */
export function requestKey(
  source: KernelSource,
  target: CompileTarget,
  headers: readonly HeaderRecord[],
): string {
  const parts = [
    CACHE_FORMAT_VERSION,
    source.code,
    source.entry,
    headers.map(({ path, sha256: content }) => [path, content]),
    source.flags ?? [],
    target.architecture,
    target.output,
  ];
  return sha256(JSON.stringify(parts));
}

/** The same over a request and the compiler that answers it, with the flags that it is given: what decides the image. */
export function buildKey(
  request: string,
  toolchain: { readonly kind: string; readonly version: string },
  flags: readonly string[],
): string {
  return sha256(JSON.stringify([request, toolchain.kind, toolchain.version, flags]));
}
