import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DgUnavailableError } from '@dg/runtime';

/** What was measured for one key, as it is kept. */
export interface TunedEntry {
  readonly key: string;
  /** Of the fastest configuration, by `gemmConfigName`. */
  readonly config: string;
  readonly microseconds: number;
}

export const tunedFolderStem = 'tuned';
/** Another form of entries gets another folder. */
const folderName = `${tunedFolderStem}-1`;

/** Where the entries lie in a cache directory. */
export function tunedFolder(cacheDirectory: string): string {
  return join(cacheDirectory, folderName);
}

/** Every entry of a cache directory; what cannot be read, or is something else, is passed to `onFault` in words. */
export function listTuned(cacheDirectory: string, onFault: (fault: string) => void): readonly TunedEntry[] {
  const folder = tunedFolder(cacheDirectory);
  if (!existsSync(folder)) return [];
  const attempt = <T>(read: () => readonly T[]): readonly T[] => {
    try {
      return read();
    } catch (error) {
      onFault((error as Error).message);
      return [];
    }
  };
  return attempt(() => readdirSync(folder))
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => attempt(() => [readEntry(join(folder, name))]));
}

/** @throws Error in words when it cannot be read or is something else. */
function readEntry(path: string): TunedEntry {
  const text = readFileSync(path, 'utf8');
  const entry: unknown = parse(text);
  if (!isTunedEntry(entry)) {
    throw new Error(`expected a tuned configuration in ${path} but received ${text.slice(0, 100)}`);
  }
  return entry;
}

/**
 * Keeps an entry in place of an earlier one. No reader sees a part of it.
 *
 * @throws DgUnavailableError `cache-not-writable`
 */
export function writeTuned(cacheDirectory: string, entry: TunedEntry): void {
  const path = pathOf(cacheDirectory, entry.key);
  const written = `${path}.${randomUUID()}`;
  try {
    mkdirSync(tunedFolder(cacheDirectory), { recursive: true });
    writeFileSync(written, `${JSON.stringify(entry, null, 2)}\n`);
    renameSync(written, path);
  } catch (error) {
    removeIfThere(written);
    throw new DgUnavailableError(
      'cache-not-writable',
      `expected to keep a tuned configuration in ${cacheDirectory} but received ${(error as Error).message}.`,
      'Name a cache directory that can be written, on a disk that is not full.',
      { cause: error },
    );
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What could not be written is not there to be removed; the error of the write says why.
  }
}

function pathOf(cacheDirectory: string, key: string): string {
  const hash = createHash('sha256').update(key).digest('hex');
  return join(tunedFolder(cacheDirectory), `${hash}.json`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTunedEntry(value: unknown): value is TunedEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { key, config, microseconds } = value as Partial<TunedEntry>;
  return typeof key === 'string' && typeof config === 'string' && typeof microseconds === 'number';
}
