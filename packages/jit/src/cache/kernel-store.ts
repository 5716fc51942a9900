import { randomUUID } from 'node:crypto';
import { readdirSync, renameSync, rmdirSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errno } from '../errno.js';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import type { Logger } from '../logger.js';
import { BUILD_FILE, type BuildFacts } from './build-record.js';
import { makeFolder } from './make-folder.js';
import {
  makeScratchDirectory,
  makeSystemScratchDirectory,
  type ScratchDirectory,
} from './scratch-directory.js';
import { type StoreLayout, storeLayout } from './store-layout.js';
import { storeTrust } from './store-trust.js';
import { readBuild, type StoredBuild, writeBuild } from './stored-build.js';
import { sweepLeftovers } from './sweep-leftovers.js';

/** Each attempt fails only if another process put up or spoiled the same entry in between. */
const PUBLISH_ATTEMPTS = 5;

/** What a rename over an entry that is there already reports, and one into a folder that was just cleared away. */
const WORTH_ANOTHER_LOOK = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'ENOENT'];

/** Where the builds of one request lie, and what an image in them is called. */
export interface RequestAddress {
  readonly folder: string;
  readonly imageName: string;
}

/** One of these builds. */
export interface BuildAddress extends RequestAddress {
  readonly build: string;
}

/** What a look into the cache gave, and otherwise why there is nothing to be had. */
export type Lookup = StoredBuild | 'absent' | 'broken';

/** Whether a directory can be used; `absent` until all of it is there. */
type Use = 'trusted' | 'absent' | 'refused';

/** A hit, as far as the types can tell. */
export function isBuild(lookup: Lookup | undefined): lookup is StoredBuild {
  return typeof lookup === 'object';
}

/**
 * Compiled kernels on disk, one folder for each request with one build for each compiler in it. Builds appear by one
 * rename, so a reader sees all of one or nothing. Trouble with the directory is a warning, once: kernels are then
 * compiled and not kept.
 */
export class KernelStore {
  readonly layout: StoreLayout;
  readonly #logger: Logger;
  /** Whether the time of the last use is to be kept, for what goes by it. */
  readonly #keepsUse: boolean;
  #settledUse: Use | undefined;
  #wasSwept = false;
  #hasWarned = false;

  constructor(directory: string, logger: Logger, options: { readonly keepsUse?: boolean } = {}) {
    this.layout = storeLayout(directory);
    this.#logger = logger;
    this.#keepsUse = options.keepsUse ?? false;
  }

  /** Whether builds are read from here and put up here; says once why not. */
  get isTrusted(): boolean {
    return this.#use !== 'refused';
  }

  /** Looked at each time until it is there: a stranger may be the one who makes it. */
  get #use(): Use {
    if (this.#settledUse !== undefined) return this.#settledUse;
    const use = this.#lookAtUse();
    if (use !== 'absent') this.#settledUse = use;
    return use;
  }

  /** The build of one compiler. A broken one is removed, with a warning. */
  read({ folder, build, imageName }: BuildAddress): Lookup {
    if (this.#use !== 'trusted') return 'absent';
    const path = join(this.layout.kernels, folder, build);
    const found = readBuild(path, imageName);
    if (found === 'absent') return 'absent';
    if ('fault' in found) {
      this.#logger.warn(`cache entry ${path} is broken and will be compiled again: ${found.fault}`);
      this.#discard(path);
      return 'broken';
    }
    if (this.#keepsUse) touch(join(path, BUILD_FILE));
    return found;
  }

  /** The newest whole build of whichever compiler, best one of the kind that is preferred. */
  readAny(request: RequestAddress, preferredKind: string): StoredBuild | undefined {
    const rank = ({ record }: StoredBuild) => `${Number(record.compiler === preferredKind)} ${record.date}`;
    return this.builds(request)
      .map((build) => this.read({ ...request, build }))
      .filter(isBuild)
      .reduce<StoredBuild | undefined>(
        (best, next) => (best === undefined || rank(next) > rank(best) ? next : best),
        undefined,
      );
  }

  /** The names of the builds of a request. */
  builds({ folder }: RequestAddress): readonly string[] {
    if (this.#use !== 'trusted') return [];
    try {
      return readdirSync(join(this.layout.kernels, folder));
    } catch {
      return [];
    }
  }

  /**
   * A directory to compile in that holds `files`: on the disk of the cache, or elsewhere where that cannot be written or
   * `avoidCache` says that it is full.
   * @throws DgUnavailableError `no-temporary-directory` when not even the system's temporary directory can be written.
   */
  openScratch(files: Readonly<Record<string, string>>, avoidCache = false): ScratchDirectory {
    if (!avoidCache && this.isTrusted) {
      if (!this.#wasSwept) this.#sweep();
      this.#wasSwept = true;
      try {
        makeFolder(this.layout.scratch);
        // Once more, now that it is there: it may be another's who was faster.
        if (this.isTrusted) return makeScratchDirectory(this.layout.scratch, files);
      } catch (error) {
        this.#warnOnce(error);
      }
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
    address: BuildAddress,
    image: Uint8Array,
    facts: BuildFacts,
  ): StoredBuild | undefined {
    if (!this.isTrusted) return undefined;
    const path = join(this.layout.kernels, address.folder, address.build);
    try {
      const record = writeBuild(scratch.work, address.imageName, image, facts);
      for (let attempt = 0; attempt < PUBLISH_ATTEMPTS; attempt += 1) {
        if (putUp(scratch.work, path)) return { path: join(path, address.imageName), image, record };
        const theirs = this.read(address);
        if (isBuild(theirs)) return theirs;
      }
      throw new Error(`expected to put up ${path} in ${PUBLISH_ATTEMPTS} attempts but received none`);
    } catch (error) {
      this.#warnOnce(error);
      return undefined;
    }
  }

  /** Takes an entry away in one step, so that nobody reads half of it. */
  remove({ folder, build }: Pick<BuildAddress, 'folder' | 'build'>): void {
    this.#discard(join(this.layout.kernels, folder, build));
  }

  #sweep(): void {
    for (const folder of [this.layout.scratch, this.layout.locks]) sweepLeftovers(folder);
  }

  #discard(path: string): void {
    const aside = join(this.layout.scratch, `${process.pid}.${randomUUID()}.removed`);
    try {
      makeFolder(this.layout.scratch);
      renameSync(path, aside);
      rmSync(aside, { recursive: true, force: true });
      removeIfEmpty(dirname(path));
    } catch (error) {
      // Gone already: another process discarded the same entry.
      if (errno(error) !== 'ENOENT') this.#warnOnce(error);
    }
  }

  #lookAtUse(): Use {
    try {
      const trust = storeTrust(this.layout);
      if (typeof trust === 'string') return trust;
      this.#logger.warn(
        `the cache of kernels is not used: ${trust.fault} Kernels are compiled and not kept.`,
      );
    } catch (error) {
      this.#warnOnce(error);
    }
    return 'refused';
  }

  #warnOnce(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#logger.warn(
      `kernels are compiled but not all are kept: cannot write cache directory ${this.layout.directory}: ${(error as Error).message}`,
    );
  }
}

/** False when an entry is there already, or its folder is not there any more. */
function putUp(from: string, to: string): boolean {
  makeFolder(dirname(to));
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (WORTH_ANOTHER_LOOK.includes(errno(error) ?? '')) return false;
    throw error;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Other builds lie in it.
  }
}

/** The time of the last use is the file's own. */
function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // Read-only: nothing is taken away there either.
  }
}
