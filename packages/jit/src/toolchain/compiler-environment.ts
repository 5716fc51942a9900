import { delimiter } from 'node:path';

/** Where the tools of a system lie: of whoever administers the machine, and not of whoever starts the process. */
const SYSTEM_PATH = ['/usr/local/bin', '/usr/bin', '/bin'];

/**
 * The environment of a compiler, made of nothing that this process was started with: no variable can add a header, a
 * flag or a library to it (CPATH, NVCC_APPEND_FLAGS, LD_PRELOAD), or another program under a name that it runs (PATH).
 */
export function compilerEnvironment(folder: string, temporary: string): Record<string, string> {
  return {
    PATH: [folder, ...SYSTEM_PATH].join(delimiter),
    HOME: temporary,
    TMPDIR: temporary,
    // The log is parsed, so it has to be in English.
    LC_ALL: 'C',
  };
}
