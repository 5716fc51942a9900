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

/** `absent`: a folder of it is not there yet, and whoever makes it is still to be seen. */
export type StoreTrust = 'trusted' | 'absent' | { readonly fault: string };

/**
 * Whether entries in this cache directory may come from a stranger, and then why, with the mend. A stranger is neither this user, nor root, nor whoever was given the directory by one of these two: so the directory may belong to
 * somebody else, as in a container image, but not where anybody may create directories, as in /tmp.
 */
export function storeTrust({ directory, root, kernels }: StoreLayout, user = process.getuid?.()): StoreTrust {
  // A platform without users.
  if (user === undefined) return 'trusted';
  for (const folder of [directory, root, kernels]) {
    const stats = statIfPresent(folder);
    if (stats === undefined) return 'absent';
    if (isWritableByAnyone(stats)) {
      return {
        fault: `every user may write to ${folder}. Take that away (chmod o-w) or name another cache directory.`,
      };
    }
    const isStrangers = stats.uid !== user && stats.uid !== ROOT_USER;
    if (isStrangers && folder === directory) {
      const open = openAncestor(directory);
      if (open !== undefined) {
        return {
          fault: `${folder} belongs to user ${stats.uid}, and every user may write to ${open} above it. Name a cache directory that only you can create.`,
        };
      }
    }
  }
  return 'trusted';
}

function openAncestor(directory: string): string | undefined {
  for (let folder = dirname(directory); ; folder = dirname(folder)) {
    const stats = statIfPresent(folder);
    if (stats !== undefined && isWritableByAnyone(stats)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
