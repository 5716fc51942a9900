import { homedir } from 'node:os';
import { join } from 'node:path';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';

/**
 * `~/.deep_gemm`.
 * @throws DgUnavailableError `no-cache-directory` when the user has no home, as in containers that run under any user id.
 */
export function defaultCacheDirectory(home: () => string = homedir): string {
  try {
    return join(home(), '.deep_gemm');
  } catch (error) {
    throw new DgUnavailableError(
      'no-cache-directory',
      `expected a home directory for the cache of kernels but received ${(error as Error).message}.`,
      'Set DG_JIT_CACHE_DIR or HOME.',
      { cause: error },
    );
  }
}
