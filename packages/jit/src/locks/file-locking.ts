import { createRequire } from 'node:module';

/** Locks of the system on open files: it drops them when their process ends, however it ends. */
export type FileLocking = Pick<typeof import('fs-native-extensions'), 'tryLock'>;

/**
 * Loaded with the first lock, as a kernel that is in the cache needs none.
 * @throws Error where there is no build of it for this platform.
 */
export function loadFileLocking(): FileLocking {
  return createRequire(import.meta.url)('fs-native-extensions') as FileLocking;
}
