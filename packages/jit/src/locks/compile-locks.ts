import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../cache/make-folder.js';
import type { Logger } from '../logger.js';
import { type FileLocking, loadFileLocking } from './file-locking.js';
import { type LockOwner, parseOwner, thisOwner } from './lock-owner.js';

export interface HeldLock {
  /** `finished`: nobody needs this lock again, and its file goes. */
  release(finished: boolean): void;
}

export type LockAttempt =
  | { readonly lock: HeldLock }
  /** Somebody else compiles it now; who, where that can be read. */
  | { readonly busyWith: LockOwner | undefined };

const FILE_MODE = 0o664;

/** For where there are no locks: everybody may compile, and what is published first is kept. */
const noLock: HeldLock = { release: () => {} };

/**
 * One lock for each build, on a file of its own, so that of all threads, processes and machines that share a cache one
 * compiles it. They only save work: without them, or with two holders of one, the cache stays whole, because an entry
 * appears in one step. The system drops a lock with its process, so there are no stale ones and no clock is asked.
 */
export class CompileLocks {
  readonly #directory: string;
  readonly #logger: Logger;
  readonly #load: () => FileLocking;
  #loaded: FileLocking | undefined;
  #isUnavailable = false;

  constructor(directory: string, logger: Logger, load = loadFileLocking) {
    this.#directory = directory;
    this.#logger = logger;
    this.#load = load;
  }

  /** Does not wait. Where files cannot be locked it says so once, and grants a lock that excludes nobody. */
  tryAcquire(name: string): LockAttempt {
    const locking = this.#locking();
    const path = join(this.#directory, name);
    const file = locking === undefined ? undefined : openLockFile(path);
    // Where none can be made, nothing can be kept either, which the store says.
    if (locking === undefined || file === undefined) return { lock: noLock };
    try {
      if (locking.tryLock(file)) return { lock: hold(path, file) };
      closeSync(file);
      return { busyWith: readOwner(path) };
    } catch (error) {
      closeSync(file);
      this.#giveUp(error);
      return { lock: noLock };
    }
  }

  #locking(): FileLocking | undefined {
    if (this.#isUnavailable) return undefined;
    try {
      this.#loaded ??= this.#load();
    } catch (error) {
      this.#giveUp(error);
    }
    return this.#loaded;
  }

  #giveUp(error: unknown): void {
    this.#isUnavailable = true;
    this.#logger.warn(
      `cannot lock files in ${this.#directory}, so processes that share this cache may each compile the same kernel: ${(error as Error).message}`,
    );
  }
}

function openLockFile(path: string): number | undefined {
  try {
    makeFolder(dirname(path));
    return openSync(path, 'a+', FILE_MODE);
  } catch {
    return undefined;
  }
}

function hold(path: string, file: number): HeldLock {
  writeOwner(file);
  return {
    release: (finished) => {
      // While it is still held: whoever gets the old file next finds the entry, and so does who makes a new one.
      if (finished) rmSync(path, { force: true });
      closeSync(file);
    },
  };
}

function writeOwner(file: number): void {
  try {
    ftruncateSync(file);
    writeSync(file, JSON.stringify(thisOwner()));
  } catch {
    // A full disk: the lock holds without its owner's name.
  }
}

function readOwner(path: string): LockOwner | undefined {
  try {
    return parseOwner(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
