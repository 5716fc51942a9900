import { type CachedKernel, cachedKernels } from './cached-kernels.js';
import type { BuildAddress, KernelStore } from './kernel-store.js';

/** Removes the entries whose last use is the longest ago, until the rest is no larger than the limit. `keep` stays. */
export function evictLeastRecentlyUsed(
  store: KernelStore,
  limitBytes: number,
  keep?: Pick<BuildAddress, 'folder' | 'build'>,
): CachedKernel[] {
  const all = cachedKernels(store.layout);
  let bytes = all.reduce((sum, entry) => sum + entry.bytes, 0);
  const removed: CachedKernel[] = [];
  for (const entry of all.sort((a, b) => a.lastUse.getTime() - b.lastUse.getTime())) {
    if (bytes <= limitBytes) break;
    if (entry.folder === keep?.folder && entry.build === keep.build) continue;
    store.remove(entry);
    bytes -= entry.bytes;
    removed.push(entry);
  }
  return removed;
}
