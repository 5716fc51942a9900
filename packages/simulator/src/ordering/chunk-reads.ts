import type { Accessor, Unordered } from './word-shadow.js';

/**
 * Reads of 16-byte chunks by a few actors that read everything again and again: the WGMMA of each warp. One place for each
 * actor, so that noting a read costs nothing more when others read the same chunk.
 */
export class ChunkReads {
  readonly #first: number;
  readonly #count: number;
  /** Bit i: actor `first` + i has read since the latest write. */
  readonly #readers: Uint32Array;
  readonly #times: Int32Array;
  readonly #sites: Int32Array;

  constructor(chunks: number, first: number, count: number) {
    this.#first = first;
    this.#count = count;
    this.#readers = new Uint32Array(chunks);
    this.#times = new Int32Array(chunks * count);
    this.#sites = new Int32Array(chunks * count);
  }

  note(chunk: number, by: Accessor): void {
    const index = by.actor - this.#first;
    this.#readers[chunk]! |= 1 << index;
    this.#times[chunk * this.#count + index] = by.time;
    this.#sites[chunk * this.#count + index] = by.site;
  }

  /** A read that `by` does not come after. */
  unordered(chunk: number, by: Accessor): Unordered | undefined {
    for (let rest = this.#readers[chunk]! | 0; rest !== 0; rest &= rest - 1) {
      const index = 31 - Math.clz32(rest & -rest);
      const time = this.#times[chunk * this.#count + index]!;
      const actor = this.#first + index;
      if (!by.clock.knows(actor, time))
        return { actor, time, site: this.#sites[chunk * this.#count + index]! };
    }
    return undefined;
  }

  /** After a write, which all reads before are ordered before. */
  clear(chunk: number): void {
    this.#readers[chunk] = 0;
  }
}
