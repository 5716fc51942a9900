import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errno } from '../errno.js';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import type { Logger } from '../logger.js';
import { type BuildFacts, type CacheEntry, readCacheEntry, writeCacheEntry } from './cache-entry.js';
import {
  makeScratchDirectory,
  makeSystemScratchDirectory,
  type ScratchDirectory,
  sweepScratchDirectories,
} from './scratch-directory.js';

/** Each attempt fails only if another process put up or spoiled the same entry in between. */
const PUBLISH_ATTEMPTS = 5;

/** What a rename over an entry that is there already reports. */
const OCCUPIED = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'];

/** The name of an entry and of the image in it. */
export interface EntryAddress {
  readonly entryName: string;
  readonly imageName: string;
}

/**
 * Compiled kernels on disk: `<directory>/cache/<entry>/`, with `<directory>/tmp/` beside it for what is being made.
 * Entries appear by one rename, so a reader sees all of one or nothing. Trouble with the directory is a warning, once:
 * kernels are then compiled and not kept.
 */
export class KernelCache {
  readonly #entries: string;
  readonly #scratch: string;
  readonly #directory: string;
  readonly #logger: Logger;
  #wasSwept = false;
  #hasWarned = false;

  constructor(directory: string, logger: Logger) {
    this.#directory = directory;
    this.#entries = join(directory, 'cache');
    this.#scratch = join(directory, 'tmp');
    this.#logger = logger;
  }

  /** `undefined` when there is none, or one that cannot be trusted and has been removed. */
  read({ entryName, imageName }: EntryAddress): CacheEntry | undefined {
    const path = join(this.#entries, entryName);
    const entry = readCacheEntry(path, imageName);
    if (typeof entry !== 'string') return entry;
    this.#logger.warn(`cache entry ${path} is broken and will be compiled again: ${entry}`);
    this.#discard(path);
    return undefined;
  }

  /**
   * A directory to compile in that holds `files`.
   * @throws DgUnavailableError `no-temporary-directory` when not even the system's temporary directory can be written.
   */
  openScratch(files: Readonly<Record<string, string>>): ScratchDirectory {
    if (!this.#wasSwept) sweepScratchDirectories(this.#scratch);
    this.#wasSwept = true;
    try {
      return makeScratchDirectory(this.#scratch, files);
    } catch (error) {
      this.#warnOnce(error);
    }
    try {
      return makeSystemScratchDirectory(files);
    } catch (error) {
      throw new DgUnavailableError(
        'no-temporary-directory',
        `expected a writable directory for compiling but received ${(error as Error).message}.`,
        'Set DG_JIT_CACHE_DIR or TMPDIR to a directory that can be written.',
        { cause: error },
      );
    }
  }

  /**
   * Turns `scratch.work`, in which the image lies, into the entry. Where another process was first and its entry is
   * whole, that one is returned. `undefined` when the entry could not be put up.
   */
  publish(
    scratch: ScratchDirectory,
    address: EntryAddress,
    image: Uint8Array,
    facts: BuildFacts,
  ): CacheEntry | undefined {
    const path = join(this.#entries, address.entryName);
    try {
      writeCacheEntry(scratch.work, address.imageName, image, facts);
      mkdirSync(this.#entries, { recursive: true });
      for (let attempt = 0; attempt < PUBLISH_ATTEMPTS; attempt += 1) {
        if (renameUnlessOccupied(scratch.work, path)) {
          return { path: join(path, address.imageName), image, log: facts.log };
        }
        const theirs = this.read(address);
        if (theirs !== undefined) return theirs;
      }
      throw new Error(`expected to put up ${path} in ${PUBLISH_ATTEMPTS} attempts but received none`);
    } catch (error) {
      this.#warnOnce(error);
      return undefined;
    }
  }

  /** Moved away in one step first, so that nobody reads half of it. */
  #discard(path: string): void {
    const aside = join(this.#scratch, `${process.pid}.${randomUUID()}.broken`);
    try {
      mkdirSync(this.#scratch, { recursive: true });
      renameSync(path, aside);
      rmSync(aside, { recursive: true, force: true });
    } catch (error) {
      // Gone already: another process discarded the same entry.
      if (errno(error) !== 'ENOENT') this.#warnOnce(error);
    }
  }

  #warnOnce(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#logger.warn(
      `kernels are compiled but not all are kept: cannot write cache directory ${this.#directory}: ${(error as Error).message}`,
    );
  }
}

function renameUnlessOccupied(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (OCCUPIED.includes(errno(error) ?? '')) return false;
    throw error;
  }
}
