import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type IncludeDirective, scanIncludes } from './scan-includes.js';

export interface HeaderFile {
  readonly sha256: string;
  readonly includes: readonly IncludeDirective[];
}

/** Reads headers, and reads one again only when it has changed, so that the key of a known kernel costs little. */
export class HeaderReader {
  readonly #known = new Map<string, { readonly identity: string; readonly header: HeaderFile }>();

  /**
   * `undefined` when there is no such file.
   * @throws DgValidationError when its includes cannot be followed.
   */
  read(path: string): HeaderFile | undefined {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (!stats?.isFile()) return undefined;
    const identity = `${stats.ino}:${stats.mtimeNs}:${stats.size}`;
    const known = this.#known.get(path);
    if (known?.identity === identity) return known.header;

    const content = readFileSync(path);
    const header = {
      sha256: createHash('sha256').update(content).digest('hex'),
      includes: scanIncludes(content.toString('utf8'), path),
    };
    this.#known.set(path, { identity, header });
    return header;
  }
}
