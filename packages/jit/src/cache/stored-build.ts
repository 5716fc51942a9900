import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import {
  BUILD_FILE,
  type BuildFacts,
  type BuildRecord,
  buildFolder,
  makeBuildRecord,
  parseBuildRecord,
  requestFolder,
  sha256,
} from './build-record.js';
import { statIfPresent } from './stat-if-present.js';
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

/** Reads and verifies an entry. Others may put it up, take it away or replace it meanwhile. */
export function readBuild(folder: string, imageName: string): StoredBuild | NoBuild {
  const before = statIfPresent(folder);
  if (before === undefined) return 'absent';
  try {
    return readWhole(folder, imageName, before);
  } catch (error) {
    const after = statIfPresent(folder);
    if (after === undefined) return 'absent';
    if (after.ino !== before.ino) return readBuild(folder, imageName);
    return { fault: (error as Error).message };
  }
}

/** Throws what is wrong with it. */
function readWhole(folder: string, imageName: string, stats: Stats): StoredBuild {
  if (isWritableByAnyone(stats)) throw notTrusted(folder);
  const record = parseBuildRecord(readTrusted(join(folder, BUILD_FILE)).toString('utf8'));
  const place = join(requestFolder(record.name, record.requestKey), buildFolder(record.compiler, record.key));
  if (!folder.endsWith(`${sep}${place}`)) throw new Error(`expected it at ${place}, where it was made for`);
  const path = join(folder, imageName);
  const image = readTrusted(path);
  const found = sha256(image);
  if (image.byteLength === record.byteLength && found === record.sha256) {
    return { path, image: new Uint8Array(image), record };
  }
  throw new Error(
    `expected ${record.byteLength} bytes with SHA-256 ${record.sha256} but received ${image.byteLength} with ${found}`,
  );
}

function readTrusted(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    if (isWritableByAnyone(fstatSync(file))) throw notTrusted(path);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function notTrusted(path: string): Error {
  return new Error(`every user may write to ${path}, so anybody may have made it (chmod o-w mends that)`);
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
