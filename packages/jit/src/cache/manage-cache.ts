import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import type { Logger } from '../logger.js';
import { bytesIn, type CachedKernel, cachedKernels, namesIn } from './cached-kernels.js';
import { assertCompanionNames, listCompanionFolders } from './companion-folders.js';
import { evictLeastRecentlyUsed } from './evict.js';
import { KernelStore } from './kernel-store.js';
import { isOtherFormat, storeLayout } from './store-layout.js';
import { storeTrust } from './store-trust.js';
import { readBuild } from './stored-build.js';

/** What an entry that cannot be trusted has wrong with it. */
export interface BrokenKernel {
  readonly kernel: CachedKernel;
  readonly fault: string;
}

/** What versions with another form of cache left in the same directory. */
export interface OtherFormat {
  /** `dg-1` */
  readonly name: string;
  readonly bytes: number;
}

export interface ClearOptions {
  /** Only what was last used (with a size limit) or made so long ago or longer. */
  readonly olderThanMs?: number | undefined;
  /** Only as much, those longest out of use first, as has to go for the rest to be this small. */
  readonly toBytes?: number | undefined;
  /** Only what cannot be trusted. */
  readonly broken?: boolean | undefined;
  /** What other versions left as well. */
  readonly otherFormats?: boolean | undefined;
  /**
   * The companion folders of these names as well, as in `listCompanionFolders`; only where all kernels go, since they are
   * of no age and no size that kernels have.
   */
  readonly companions?: readonly string[] | undefined;
}

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {} };

/** Every kernel in a cache directory, in no order. */
export function listCachedKernels(directory: string): readonly CachedKernel[] {
  return cachedKernels(storeLayout(directory));
}

/** Reads every kernel in a cache directory and gives those that are not whole, or that strangers may have made. */
export function verifyCachedKernels(directory: string): readonly BrokenKernel[] {
  const layout = storeLayout(directory);
  const trust = storeTrust(layout);
  return cachedKernels(layout).flatMap((kernel) => {
    const fault =
      typeof trust === 'string'
        ? faultOf(join(layout.kernels, kernel.folder, kernel.build), kernel)
        : trust.fault;
    return fault === undefined ? [] : [{ kernel, fault }];
  });
}

function faultOf(path: string, { record }: CachedKernel): string | undefined {
  const found = readBuild(path, `kernel.${record?.output ?? 'cubin'}`);
  if (found === 'absent') return undefined;
  return 'fault' in found ? found.fault : undefined;
}

/** What other versions of this library keep in the directory; never what other programs do. */
export function listOtherFormats(directory: string): readonly OtherFormat[] {
  return namesIn(directory)
    .filter(isOtherFormat)
    .map((name) => ({ name, bytes: bytesIn(join(directory, name)) }));
}

/**
 * Removes kernels; without options all of them. Processes that use the cache at the same time compile again.
 * @returns which kernels were removed.
 * @throws DgUnavailableError `cache-not-writable` when something is still there afterwards; DgValidationError before
 * anything is removed for names of `companions` that cannot be.
 */
export function clearCachedKernels(directory: string, options: ClearOptions = {}): readonly CachedKernel[] {
  const { companions = [] } = options;
  assertCompanionNames(companions);
  const store = new KernelStore(directory, silent);
  const removed = removeKernels(directory, store, options);
  const { locks, scratch, compilers, dumps } = store.layout;
  const isEverything =
    options.olderThanMs === undefined && options.toBytes === undefined && options.broken !== true;
  const beside = [
    ...(isEverything ? listCompanionFolders(directory, companions) : []),
    ...(options.otherFormats === true ? listOtherFormats(directory) : []),
  ];
  const folders = [
    ...(isEverything ? [locks, scratch, compilers, dumps] : []),
    ...beside.map(({ name }) => join(directory, name)),
  ];
  try {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    throw notWritable(directory, (error as Error).message, error);
  }
  const left = listCachedKernels(directory).filter((kernel) =>
    removed.some(({ folder, build }) => folder === kernel.folder && build === kernel.build),
  );
  if (left.length > 0) throw notWritable(directory, `${left.length} kernels that could not be removed`);
  return removed;
}

function removeKernels(
  directory: string,
  store: KernelStore,
  options: ClearOptions,
): readonly CachedKernel[] {
  if (options.toBytes !== undefined) return evictLeastRecentlyUsed(store, options.toBytes);
  const newest = Date.now() - (options.olderThanMs ?? 0);
  const chosen =
    options.broken === true
      ? verifyCachedKernels(directory).map(({ kernel }) => kernel)
      : listCachedKernels(directory).filter(
          ({ lastUse }) => options.olderThanMs === undefined || lastUse.getTime() <= newest,
        );
  for (const kernel of chosen) store.remove(kernel);
  return chosen;
}

function notWritable(directory: string, received: string, cause?: unknown): DgUnavailableError {
  return new DgUnavailableError(
    'cache-not-writable',
    `expected to clear cache directory ${directory} but received ${received}.`,
    'Clear it as a user who may write to it.',
    { cause },
  );
}
