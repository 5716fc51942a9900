import { join } from 'node:path';
import { DgValidationError } from '../errors/dg-validation-error.js';
import { bytesIn, namesIn } from './cached-kernels.js';
import { FORMAT_FOLDER_NAME } from './store-layout.js';

/** What another package of this library keeps in the same cache directory. */
export interface CompanionFolder {
  /** `notes-1` */
  readonly name: string;
  /** Of the files in it. */
  readonly bytes: number;
}

const COMPANION_NAME = /^[a-z]+$/;

/**
 * The folders `<name>-<number>` of a cache directory, for each of the names: `notes` has `notes-1` and `notes-2`, the number
 * being that of the form of what is in them.
 * @throws DgValidationError for a name that is not all small letters, or the one of the kernels' own folders.
 */
export function listCompanionFolders(
  directory: string,
  names: readonly string[],
): readonly CompanionFolder[] {
  assertCompanionNames(names);
  return namesIn(directory)
    .filter((folder) => names.includes(/^(.+)-\d+$/.exec(folder)?.[1] ?? ''))
    .map((name) => ({ name, bytes: bytesIn(join(directory, name)) }));
}

/** @throws DgValidationError as `listCompanionFolders`. */
export function assertCompanionNames(names: readonly string[]): void {
  for (const name of names) {
    if (COMPANION_NAME.test(name) && name !== FORMAT_FOLDER_NAME) continue;
    throw new DgValidationError(
      `expected small letters, and not ${FORMAT_FOLDER_NAME}, for the name of a companion folder but received ${JSON.stringify(name)}`,
    );
  }
}
