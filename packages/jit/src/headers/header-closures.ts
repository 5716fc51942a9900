import type { KernelSource } from '../kernel-source.js';
import { collectHeaders, type IncludedHeaders } from './collect-headers.js';
import { HeaderReader } from './header-reader.js';
import { scanIncludes } from './scan-includes.js';

/**
 * What sources include, remembered: kernels of one family have the same `#include` lines, so for all of them but the
 * first it is enough to see that no file has changed.
 */
export class HeaderClosures {
  readonly #reader = new HeaderReader();
  readonly #known = new Map<string, IncludedHeaders>();

  /** @throws DgValidationError as `collectHeaders`. */
  of(source: KernelSource): IncludedHeaders {
    const directives = scanIncludes(source.code, `the source of kernel ${source.name}`);
    const family = JSON.stringify([source.includeRoots, directives]);
    const known = this.#known.get(family);
    if (known !== undefined && this.isCurrent(known)) return known;
    const headers = collectHeaders(source, this.#reader);
    this.#known.set(family, headers);
    return headers;
  }

  /**
   * Whether nothing of what a source includes was touched since. One look at each file and no reading: a file that was
   * changed and changed back counts as touched, since a compiler may have read it in between.
   */
  isCurrent({ places }: IncludedHeaders): boolean {
    for (const [file, header] of places) if (!this.#reader.isCurrent(file, header)) return false;
    return true;
  }
}
