import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LEFTOVER_AGE_MS = 24 * 60 * 60 * 1000;

/** A private directory for one run of the compiler. */
export interface ScratchDirectory {
  /** The compiler's working directory: the source, the image, nothing else. It may become a cache entry. */
  readonly work: string;
  /** For the compiler's intermediate files. */
  readonly temporary: string;
  remove(): void;
}

/** Below `parent`, so that `work` can be renamed to another place there. Throws what node:fs throws. */
export function makeScratchDirectory(
  parent: string,
  files: Readonly<Record<string, string>>,
): ScratchDirectory {
  // Not mkdtemp: an entry made of it has to follow the umask, or a shared cache could not be read by others.
  const directory = join(parent, `${process.pid}.${randomUUID()}`);
  mkdirSync(directory, { recursive: true });
  return fillScratchDirectory(directory, files);
}

/** Below the system's temporary directory, for where the cache cannot be written. */
export function makeSystemScratchDirectory(files: Readonly<Record<string, string>>): ScratchDirectory {
  return fillScratchDirectory(mkdtempSync(join(tmpdir(), 'dg-jit-')), files);
}

function fillScratchDirectory(directory: string, files: Readonly<Record<string, string>>): ScratchDirectory {
  const scratch: ScratchDirectory = {
    work: join(directory, 'work'),
    temporary: join(directory, 'temporary'),
    remove: () => removeQuietly(directory),
  };
  try {
    mkdirSync(scratch.work);
    mkdirSync(scratch.temporary);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(scratch.work, name), content);
    return scratch;
  } catch (error) {
    scratch.remove();
    throw error;
  }
}

/** Removes what killed processes left behind: whatever in `parent` is older than a day. */
export function sweepScratchDirectories(parent: string, now = Date.now()): void {
  for (const name of readNames(parent)) {
    const path = join(parent, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && now - stats.mtimeMs > LEFTOVER_AGE_MS) removeQuietly(path);
  }
}

function readNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another process removes it too, or the next sweep will.
  }
}
