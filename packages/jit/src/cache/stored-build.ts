import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isAbsence } from '../errno.js';
import {
  BUILD_FILE,
  type BuildFacts,
  type BuildRecord,
  makeBuildRecord,
  parseBuildRecord,
  sha256,
} from './build-record.js';
import { isWritableByAnyone } from './store-trust.js';

const FILE_MODE = 0o664;

/** A compiled kernel as it lies on disk. */
export interface StoredBuild {
  /** Of the image. */
  readonly path: string;
  readonly image: Uint8Array;
  readonly record: BuildRecord;
}

/** Nothing is there, or something that cannot be trusted. */
export type NoBuild = 'absent' | { readonly fault: string };

/** Makes an entry out of a folder in which the image lies: both files are on disk when this returns. */
export function writeBuild(
  folder: string,
  imageName: string,
  image: Uint8Array,
  facts: BuildFacts,
): BuildRecord {
  const record = makeBuildRecord(facts, image);
  writeFileSync(join(folder, BUILD_FILE), `${JSON.stringify(record, null, 2)}\n`, { mode: FILE_MODE });
  // The compiler wrote it as the umask says, which may be open to every user.
  chmodSync(join(folder, imageName), statSync(join(folder, imageName)).mode & FILE_MODE);
  flush(join(folder, BUILD_FILE));
  flush(join(folder, imageName));
  return record;
}

/** Reads and verifies an entry. */
export function readBuild(folder: string, imageName: string): StoredBuild | NoBuild {
  try {
    if (isWritableByAnyone(statSync(folder))) {
      return {
        fault: 'every user may write to its folder, so anybody may have made it (chmod o-w mends that)',
      };
    }
    const record = parseBuildRecord(readTrusted(join(folder, BUILD_FILE)).toString('utf8'));
    const path = join(folder, imageName);
    const image = readTrusted(path);
    const found = sha256(image);
    if (image.byteLength !== record.byteLength || found !== record.sha256) {
      return {
        fault: `expected ${record.byteLength} bytes with SHA-256 ${record.sha256} but received ${image.byteLength} with ${found}`,
      };
    }
    return { path, image: new Uint8Array(image), record };
  } catch (error) {
    return isGone(folder) ? 'absent' : { fault: (error as Error).message };
  }
}

function readTrusted(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    if (isWritableByAnyone(fstatSync(file))) {
      throw new Error(`every user may write to ${path}, so anybody may have made it (chmod o-w mends that)`);
    }
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Also when it went while it was read. */
function isGone(folder: string): boolean {
  try {
    statSync(folder);
    return false;
  } catch (error) {
    return isAbsence(error);
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
