import { ChunkReads } from './chunk-reads.js';
import type { Clock } from './clock.js';

/** Accesses are remembered for words of this many bytes, with a mask of the bytes inside. */
export const wordBytes = 4;

/** Who accesses, and what it knows: filled in once for an instruction of a lane, or for an asynchronous operation. */
export interface Accessor {
  /** A lane, or the actor on whose completion the access is over. */
  actor: number;
  /** When that is: now for a lane, else what its actor's clock will say once it is over. */
  time: number;
  /** What the one who issues it knows. */
  clock: Clock;
  /** Its own earlier accesses, and those of the next lanes up to `selfEnd`, are ordered by the program. */
  self: number;
  selfEnd: number;
  /** Where in the program, for the report on a later access that conflicts. */
  site: number;
  /** Atomic and other strong accesses do not race with each other. */
  strong: boolean;
  /** Of the generic proxy: the async proxy sees what it wrote after a proxy fence. */
  generic: boolean;
}

/** An earlier access that is not ordered before a later one. */
export interface Unordered {
  readonly actor: number;
  readonly time: number;
  readonly site: number;
}

/** Chunks of 16 bytes are what WGMMA reads. */
export const wordsPerChunk = 4;

interface Read {
  /** A lane's warp, as the actor of its lane 0, or an asynchronous actor. */
  actor: number;
  time: number;
  /** Of the warp; 0 for an asynchronous actor. */
  lanes: number;
  bytes: number;
  site: number;
}

const nobody = -1;
/** Beside the bytes in the mask of a write. */
const strongWrite = 16;
const genericWrite = 32;

/**
 * The latest write to each word and the reads since, as far as they are not ordered among themselves. What is ordered
 * after the latest is ordered after all before, so nothing else has to be kept. Where two writers share a word, byte by
 * byte, only the latest is known.
 */
export class WordShadow {
  readonly #writer: Int32Array;
  readonly #writeTime: Int32Array;
  readonly #writeSite: Int32Array;
  /** Bits 0 to 3: bytes; bit 4: strong. */
  readonly #writeMask: Uint8Array;
  readonly #reader: Int32Array;
  readonly #readTime: Int32Array;
  readonly #readLanes: Int32Array;
  readonly #readBytes: Uint8Array;
  readonly #readSite: Int32Array;
  /** Reads beyond the one above, by word. */
  readonly #moreReads = new Map<number, Read[]>();
  readonly #chunks: ChunkReads | undefined;

  /** `chunkReaders`: how many actors from `firstChunkReader` on read whole chunks. */
  constructor(words: number, firstChunkReader = 0, chunkReaders = 0) {
    this.#chunks =
      chunkReaders === 0
        ? undefined
        : new ChunkReads(Math.ceil(words / wordsPerChunk), firstChunkReader, chunkReaders);
    this.#writer = new Int32Array(words).fill(nobody);
    this.#writeTime = new Int32Array(words);
    this.#writeSite = new Int32Array(words);
    this.#writeMask = new Uint8Array(words);
    this.#reader = new Int32Array(words).fill(nobody);
    this.#readTime = new Int32Array(words);
    this.#readLanes = new Int32Array(words);
    this.#readBytes = new Uint8Array(words);
    this.#readSite = new Int32Array(words);
  }

  /** The latest write to some of these bytes, when `by` does not come after it. */
  unorderedWrite(word: number, bytes: number, by: Accessor): Unordered | undefined {
    const actor = this.#writer[word]!;
    if (actor === nobody || (actor >= by.self && actor < by.selfEnd)) return undefined;
    const mask = this.#writeMask[word]!;
    if ((mask & bytes) === 0 || (by.strong && (mask & strongWrite) !== 0)) return undefined;
    const time = this.#writeTime[word]!;
    return by.clock.knows(actor, time) ? undefined : { actor, time, site: this.#writeSite[word]! };
  }

  /** The latest write, if one of the generic proxy, and not yet ordered for the async proxy. */
  unfencedWrite(word: number, by: Accessor): Unordered | undefined {
    const actor = this.#writer[word]!;
    if (actor === nobody || (this.#writeMask[word]! & genericWrite) === 0) return undefined;
    const time = this.#writeTime[word]!;
    return by.clock.hasFenced(actor, time) ? undefined : { actor, time, site: this.#writeSite[word]! };
  }

  /** A read of some of these bytes, since the latest write, that `by` does not come after. */
  unorderedRead(word: number, bytes: number, by: Accessor): Unordered | undefined {
    const chunk = this.#chunks?.unordered(word >> 2, by);
    if (chunk !== undefined) return chunk;
    if (this.#reader[word] === nobody) return undefined;
    if ((this.#readBytes[word]! & bytes) !== 0) {
      const first = this.#unorderedFirst(word, by);
      if (first !== undefined) return first;
    }
    if (this.#moreReads.size === 0) return undefined;
    for (const read of this.#moreReads.get(word) ?? []) {
      if ((read.bytes & bytes) === 0) continue;
      const found = unorderedLane(read.actor, read.time, read.lanes, read.site, by);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  noteWrite(word: number, bytes: number, by: Accessor): void {
    const same = this.#writer[word] === by.actor && this.#writeTime[word] === by.time;
    const kind = (by.strong ? strongWrite : 0) | (by.generic ? genericWrite : 0);
    this.#writeMask[word] = (same ? this.#writeMask[word]! : 0) | bytes | kind;
    this.#writer[word] = by.actor;
    this.#writeTime[word] = by.time;
    this.#writeSite[word] = by.site;
    this.#chunks?.clear(word >> 2);
    if (this.#reader[word] === nobody) return;
    this.#reader[word] = nobody;
    if (this.#moreReads.size > 0) this.#moreReads.delete(word);
  }

  /** Of whole chunks, by one of the readers of chunks. */
  noteChunkRead(word: number, by: Accessor): void {
    this.#chunks!.note(word >> 2, by);
  }

  /** By a lane when `lanes` has its bit; `actor` is then lane 0 of the warp. */
  noteRead(word: number, bytes: number, actor: number, lanes: number, by: Accessor): void {
    const known = this.#reader[word]!;
    const same = known === actor && this.#readTime[word] === by.time && this.#readBytes[word] === bytes;
    if (same) {
      this.#readLanes[word]! |= lanes;
      return;
    }
    if (
      known === nobody ||
      this.#covers(word, bytes, actor, lanes) ||
      this.#unorderedFirst(word, by) === undefined
    ) {
      this.#reader[word] = actor;
      this.#readLanes[word] = lanes;
      this.#readTime[word] = by.time;
      this.#readBytes[word] = bytes;
      this.#readSite[word] = by.site;
      return;
    }
    this.#noteOneMoreRead(word, { actor, time: by.time, lanes, bytes, site: by.site }, by);
  }

  /** Whether a new read by these lanes says all that the one above does. */
  #covers(word: number, bytes: number, actor: number, lanes: number): boolean {
    return (
      this.#reader[word] === actor &&
      (this.#readLanes[word]! & ~lanes) === 0 &&
      (this.#readBytes[word]! & ~bytes) === 0
    );
  }

  #unorderedFirst(word: number, by: Accessor): Unordered | undefined {
    return unorderedLane(
      this.#reader[word]!,
      this.#readTime[word]!,
      this.#readLanes[word]!,
      this.#readSite[word]!,
      by,
    );
  }

  #noteOneMoreRead(word: number, read: Read, by: Accessor): void {
    const more = this.#moreReads.get(word);
    if (more === undefined) {
      this.#moreReads.set(word, [read]);
      return;
    }
    for (const other of more) {
      if (other.actor !== read.actor || other.time !== read.time || other.bytes !== read.bytes) continue;
      other.lanes |= read.lanes;
      return;
    }
    const kept = more.filter(
      (other) => unorderedLane(other.actor, other.time, other.lanes, 0, by) !== undefined,
    );
    kept.push(read);
    this.#moreReads.set(word, kept);
  }
}

/** One of the lanes (or the actor itself) whose access at `time` is not known to `by`. */
function unorderedLane(
  actor: number,
  time: number,
  lanes: number,
  site: number,
  by: Accessor,
): Unordered | undefined {
  if (lanes === 0) {
    if (by.clock.knows(actor, time)) return undefined;
    return { actor, time, site };
  }
  for (let rest = lanes; rest !== 0; rest &= rest - 1) {
    const lane = actor + (31 - Math.clz32(rest & -rest));
    if (lane >= by.self && lane < by.selfEnd) continue;
    if (!by.clock.knows(lane, time)) return { actor: lane, time, site };
  }
  return undefined;
}
