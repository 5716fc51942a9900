import { delimiter, dirname } from 'node:path';
import type { Environment } from '../environment-variables.js';

/**
 * All that nvcc gets to see. What could make it read foreign headers or add flags behind the cache key
 * (CPATH, CPLUS_INCLUDE_PATH, NVCC_PREPEND_FLAGS and the like) is left out by not being listed.
 * NVCC_CCBIN only chooses the host compiler, without which some machines cannot run nvcc at all.
 */
const PASSED_ON = ['HOME', 'LD_LIBRARY_PATH', 'NVCC_CCBIN'] as const;
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** `temporaryDirectory` takes nvcc's intermediate files. */
export function nvccProcessEnvironment(
  nvcc: string,
  env: Environment,
  temporaryDirectory?: string,
): Record<string, string> {
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passedOn),
    PATH: [dirname(nvcc), env['PATH'] ?? DEFAULT_PATH].join(delimiter),
    // The log is parsed, so it has to be in English.
    LC_ALL: 'C',
    ...(temporaryDirectory === undefined ? {} : { TMPDIR: temporaryDirectory }),
  };
}
