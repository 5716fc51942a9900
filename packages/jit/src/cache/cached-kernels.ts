import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_FILE, type BuildRecord, parseBuildRecord } from './build-record.js';
import { statIfPresent } from './stat-if-present.js';
import type { StoreLayout } from './store-layout.js';

/** An entry of the cache, as far as can be said without reading its image. */
export interface CachedKernel {
  /** `<kernel>.<request key>` */
  readonly folder: string;
  /** `nvcc-<key>` */
  readonly build: string;
  readonly bytes: number;
  /** When a cache with a size limit used it last, and otherwise when it was made. */
  readonly lastUse: Date;
  /** `undefined` when it cannot be read. */
  readonly record: BuildRecord | undefined;
}

/** Every entry, in no order. None where there is no cache. */
export function cachedKernels(layout: StoreLayout): CachedKernel[] {
  return namesIn(layout.kernels).flatMap((folder) =>
    namesIn(join(layout.kernels, folder)).flatMap((build) => describe(layout, folder, build)),
  );
}

/** Empty when it went meanwhile. */
function describe(layout: StoreLayout, folder: string, build: string): CachedKernel[] {
  const path = join(layout.kernels, folder, build);
  try {
    const record = readRecord(path);
    const used = statSync(record === undefined ? path : join(path, BUILD_FILE)).mtime;
    return [{ folder, build, bytes: bytesIn(path), lastUse: used, record }];
  } catch {
    return [];
  }
}

function readRecord(path: string): BuildRecord | undefined {
  try {
    return parseBuildRecord(readFileSync(join(path, BUILD_FILE), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Of the files in a folder and below; what goes meanwhile counts nothing. */
export function bytesIn(path: string): number {
  const stats = statIfPresent(path);
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.size;
  return namesIn(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
