import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';
import { removeQuietly } from './remove-quietly.js';

/** Nobody else may look at, or meddle with, what a compiler is at work on. */
const PRIVATE_MODE = 0o700;

/** A private directory for one run of the compiler. */
export interface ScratchDirectory {
  /** The compiler's working directory: the source, the image, nothing else. It may become a cache entry. */
  readonly work: string;
  /** For the compiler's intermediate files. */
  readonly temporary: string;
  /** Whether it lies on the disk of the cache. */
  readonly isInCache: boolean;
  remove(): void;
}

/** Below `parent`, so that `work` can be renamed to another place there. Throws what node:fs throws. */
export function makeScratchDirectory(
  parent: string,
  files: Readonly<Record<string, string>>,
): ScratchDirectory {
  makeFolder(parent);
  const directory = join(parent, `${process.pid}.${randomUUID()}`);
  mkdirSync(directory, { mode: PRIVATE_MODE });
  return fillScratchDirectory(directory, files, true);
}

/** Below the system's temporary directory, for where the cache cannot be written. */
export function makeSystemScratchDirectory(files: Readonly<Record<string, string>>): ScratchDirectory {
  return fillScratchDirectory(mkdtempSync(join(tmpdir(), 'dg-jit-')), files, false);
}

function fillScratchDirectory(
  directory: string,
  files: Readonly<Record<string, string>>,
  isInCache: boolean,
): ScratchDirectory {
  const scratch: ScratchDirectory = {
    work: join(directory, 'work'),
    temporary: join(directory, 'temporary'),
    isInCache,
    remove: () => removeQuietly(directory),
  };
  try {
    // It follows the umask once it is an entry, or a shared cache could not be read by others.
    makeFolder(scratch.work);
    mkdirSync(scratch.temporary, { mode: PRIVATE_MODE });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(scratch.work, name), content);
    return scratch;
  } catch (error) {
    scratch.remove();
    throw error;
  }
}
