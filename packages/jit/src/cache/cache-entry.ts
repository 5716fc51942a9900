import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errno } from '../errno.js';
import { CACHE_FORMAT_VERSION } from './cache-key.js';

const BUILD_FILE = 'build.json';

/** What is known about an image besides its bytes. */
export interface BuildFacts {
  readonly name: string;
  readonly entry: string;
  readonly architecture: string;
  readonly compiler: string;
  /** Placeholders stand for the paths of the machine that compiled it. */
  readonly command: readonly string[];
  readonly log: string;
}

interface BuildRecord extends BuildFacts {
  readonly formatVersion: number;
  readonly sha256: string;
  readonly byteLength: number;
  /** ISO 8601. */
  readonly date: string;
}

/** A compiled kernel as it lies on disk. */
export interface CacheEntry {
  /** Of the image. */
  readonly path: string;
  readonly image: Uint8Array;
  readonly log: string;
}

/** Makes a cache entry out of a directory in which the image lies: both files are on disk when this returns. */
export function writeCacheEntry(
  directory: string,
  imageName: string,
  image: Uint8Array,
  facts: BuildFacts,
): void {
  const record: BuildRecord = {
    formatVersion: CACHE_FORMAT_VERSION,
    ...facts,
    sha256: sha256(image),
    byteLength: image.byteLength,
    date: new Date().toISOString(),
  };
  writeFileSync(join(directory, BUILD_FILE), `${JSON.stringify(record, null, 2)}\n`);
  flush(join(directory, BUILD_FILE));
  flush(join(directory, imageName));
}

/** `undefined` when there is no entry; the fault as text when there is one that cannot be trusted. */
export function readCacheEntry(directory: string, imageName: string): CacheEntry | string | undefined {
  try {
    const path = join(directory, imageName);
    const record: unknown = JSON.parse(readFileSync(join(directory, BUILD_FILE), 'utf8'));
    if (!isBuildRecord(record))
      return `expected a build record of format ${CACHE_FORMAT_VERSION} in ${BUILD_FILE}`;
    const image = readFileSync(path);
    if (image.byteLength !== record.byteLength || sha256(image) !== record.sha256) {
      return `expected ${record.byteLength} bytes with SHA-256 ${record.sha256} but received ${image.byteLength} with ${sha256(image)}`;
    }
    return { path, image: new Uint8Array(image), log: record.log };
  } catch (error) {
    return isAbsent(directory) ? undefined : (error as Error).message;
  }
}

function isBuildRecord(value: unknown): value is BuildRecord {
  const record = value as Partial<BuildRecord> | null;
  return (
    typeof record === 'object' &&
    record?.formatVersion === CACHE_FORMAT_VERSION &&
    typeof record.log === 'string' &&
    typeof record.sha256 === 'string' &&
    typeof record.byteLength === 'number'
  );
}

function isAbsent(directory: string): boolean {
  try {
    closeSync(openSync(directory, 'r'));
    return false;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(errno(error) ?? '');
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
