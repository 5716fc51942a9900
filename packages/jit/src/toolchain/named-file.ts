import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';

/** A file that a caller or a variable names; a name that is wrong is an error and not a reason to look further. */
export interface FileName {
  /** `option nvcc` */
  readonly origin: string;
  readonly path: string | undefined;
  /** `an executable nvcc` */
  readonly expected: string;
  /** Of the error. */
  readonly reason: string;
}

/** Absolute path of an executable file, `undefined` where none is named. */
export function namedExecutable(name: FileName): string | undefined {
  return namedFile(name, isExecutableFile, 'is not an executable file');
}

/** Absolute path of a file that can be read, `undefined` where none is named. */
export function namedReadable(name: FileName): string | undefined {
  return namedFile(name, isReadableFile, 'is not a file that can be read');
}

function namedFile(
  { origin, path, expected, reason }: FileName,
  isRight: (path: string) => boolean,
  fault: string,
): string | undefined {
  if (path === undefined) return undefined;
  const absolute = resolve(path);
  if (isRight(absolute)) return absolute;
  throw new DgUnavailableError(
    reason,
    `expected ${expected} for ${origin} but received ${absolute}, which ${fault}.`,
    `Correct or unset ${origin}.`,
  );
}

export function isExecutableFile(path: string): boolean {
  return isFileWith(path, constants.X_OK);
}

export function isReadableFile(path: string): boolean {
  return isFileWith(path, constants.R_OK);
}

function isFileWith(path: string, access: number): boolean {
  try {
    accessSync(path, access);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
