import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { statIfPresent } from './stat-if-present.js';
import type { StoreLayout } from './store-layout.js';

const WRITABLE_BY_OTHERS = 0o002;
const ROOT_USER = 0;

/** Kernels are code that runs on the GPU: whoever can write to where they lie can run theirs. */
export function isWritableByAnyone({ mode }: Pick<Stats, 'mode'>): boolean {
  return (mode & WRITABLE_BY_OTHERS) !== 0;
}

/**
 * Why entries in this cache directory may come from a stranger, with the mend; `undefined` when they may not. A stranger
 * is neither this user, nor root, nor whoever was given the directory by one of these two: so the directory may belong to
 * somebody else, as in a container image, but not where anybody may create directories, as in /tmp.
 */
export function storeFault(
  { directory, root, kernels }: StoreLayout,
  user = process.getuid?.(),
): string | undefined {
  // A platform without users.
  if (user === undefined) return undefined;
  for (const folder of [directory, root, kernels]) {
    const stats = statIfPresent(folder);
    if (stats === undefined) return undefined;
    if (isWritableByAnyone(stats)) {
      return `every user may write to ${folder}. Take that away (chmod o-w) or name another cache directory.`;
    }
    const isStrangers = stats.uid !== user && stats.uid !== ROOT_USER;
    if (isStrangers && folder === directory) {
      const open = openAncestor(directory);
      if (open !== undefined) {
        return `${folder} belongs to user ${stats.uid}, and every user may write to ${open} above it. Name a cache directory that only you can create.`;
      }
    }
  }
  return undefined;
}

function openAncestor(directory: string): string | undefined {
  for (let folder = dirname(directory); ; folder = dirname(folder)) {
    const stats = statIfPresent(folder);
    if (stats !== undefined && isWritableByAnyone(stats)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
