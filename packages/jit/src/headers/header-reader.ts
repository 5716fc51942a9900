import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type IncludeDirective, scanIncludes } from './scan-includes.js';

export interface HeaderFile {
  readonly sha256: string;
  readonly includes: readonly IncludeDirective[];
}

/** What of a file changes when its content does. `undefined` where there is no file. */
type FileState = readonly [inode: number, size: number, modified: number, changed: number];

/** Reads headers, and reads one again only when it has changed, so that the key of a known kernel costs little. */
export class HeaderReader {
  readonly #known = new Map<string, { readonly state: FileState; readonly header: HeaderFile }>();

  /**
   * `undefined` when there is no such file.
   * @throws DgValidationError when its includes cannot be followed.
   */
  read(path: string): HeaderFile | undefined {
    const state = fileState(path);
    if (state === undefined) return undefined;
    const known = this.#known.get(path);
    if (known !== undefined && isSame(known.state, state)) return known.header;

    const content = readFileSync(path);
    const header = {
      sha256: createHash('sha256').update(content).digest('hex'),
      includes: scanIncludes(content.toString('utf8'), path),
    };
    this.#known.set(path, { state, header });
    return header;
  }

  /** Whether `read` would return this header again. */
  isCurrent(path: string, header: HeaderFile | undefined): boolean {
    const state = fileState(path);
    const known = this.#known.get(path);
    if (header === undefined || state === undefined) return header === undefined && state === undefined;
    return known?.header === header && isSame(known.state, state);
  }
}

function fileState(path: string): FileState | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? [stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs] : undefined;
}

function isSame(a: FileState, b: FileState): boolean {
  return a.every((value, index) => value === b[index]);
}
