import type { Allocation } from '../memory/allocation.js';
import type { ShadowedMemory } from './memory-order.js';
import { WordShadow, wordBytes } from './word-shadow.js';

/** Bytes of global memory that are followed together. */
export const shadowPageBytes = 16 * 1024;

/** What is known about accesses to global memory in one launch, for the pages that were touched. */
export class GlobalShadow {
  readonly #pages = new Map<Allocation, Map<number, ShadowedMemory>>();
  #latestAllocation: Allocation | undefined;
  #latestIndex = -1;
  #latest: ShadowedMemory | undefined;

  /** The page that a byte of an allocation lies in; the byte's place there is `offset` modulo `shadowPageBytes`. */
  page(allocation: Allocation, offset: number): ShadowedMemory {
    const index = Math.floor(offset / shadowPageBytes);
    if (allocation === this.#latestAllocation && index === this.#latestIndex) return this.#latest!;
    const page = this.#find(allocation, index);
    this.#latestAllocation = allocation;
    this.#latestIndex = index;
    this.#latest = page;
    return page;
  }

  /** Calls `visit` with each page of a range, where in the page its part starts and how long that is. */
  forEachPage(
    allocation: Allocation,
    offset: number,
    byteLength: number,
    visit: (page: ShadowedMemory, at: number, byteLength: number) => void,
  ): void {
    for (let from = offset; from < offset + byteLength; ) {
      const at = from % shadowPageBytes;
      const length = Math.min(shadowPageBytes - at, offset + byteLength - from);
      visit(this.page(allocation, from), at, length);
      from += length;
    }
  }

  #find(allocation: Allocation, index: number): ShadowedMemory {
    let pages = this.#pages.get(allocation);
    if (pages === undefined) {
      pages = new Map();
      this.#pages.set(allocation, pages);
    }
    let page = pages.get(index);
    if (page === undefined) {
      page = {
        shadow: new WordShadow(shadowPageBytes / wordBytes),
        space: 'global',
        address: allocation.address + index * shadowPageBytes,
      };
      pages.set(index, page);
    }
    return page;
  }
}
