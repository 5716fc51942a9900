import { readModifyWriteBit, writeBit } from '../ordering/access-kind.js';
import type { AsyncAccess, MemoryOrder, ShadowedMemory } from '../ordering/memory-order.js';
import { WordShadow, wordBytes } from '../ordering/word-shadow.js';
import { sharedBase } from '../program/shared-layout.js';
import { Fault } from './fault.js';
import { offsetOf, rankOf } from './shared-address.js';
import type { Warp } from './warp.js';

/** The shared memory of one CTA, indexed by address, with what the checks know about it. */
export class SharedMemory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Counts every change: decoded operands of another version are stale. */
  version = 0;
  readonly #end: number;
  readonly #keyBase: number;
  readonly #rank: number;
  /** One byte for each byte: 1 where something was written. */
  readonly #written: Uint8Array | undefined;
  /** One byte for each word: 1 where an mbarrier object lies. */
  readonly #barrierWords: Uint8Array;
  readonly #order: MemoryOrder;
  readonly #shadowed: ShadowedMemory | undefined;

  /** The actors of the WGMMA of its warps are `warps` numbers from `firstMultiplier` on. */
  constructor(
    byteLength: number,
    rank: number,
    order: MemoryOrder,
    trackWritten: boolean,
    firstMultiplier: number,
    warps: number,
  ) {
    this.#keyBase = order.newSharedKeys();
    this.#end = sharedBase + byteLength;
    this.#rank = rank;
    this.bytes = new Uint8Array(this.#end).fill(0xff);
    this.view = new DataView(this.bytes.buffer);
    this.#written = trackWritten ? new Uint8Array(this.#end) : undefined;
    this.#barrierWords = new Uint8Array(Math.ceil(this.#end / wordBytes));
    this.#order = order;
    this.#shadowed = order.enabled
      ? {
          shadow: new WordShadow(Math.ceil(this.#end / wordBytes), firstMultiplier, warps),
          space: 'shared',
          address: 0,
        }
      : undefined;
  }

  /** A number for a place here, unique in the launch. */
  keyOf(at: number): number {
    return this.#keyBase - at;
  }

  /** An access of this CTA by an instruction of a lane. Returns the index into `view`. */
  check(address: number, byteLength: number, kind: number, warp: Warp, lane: number): number {
    const rank = rankOf(address);
    if (rank !== undefined && rank !== this.#rank) {
      throw new Fault('bounds', `expected an address of this CTA but received one of rank ${rank}`, lane);
    }
    return this.checkOffset(offsetOf(address), byteLength, kind, warp, lane);
  }

  /** As `check`, by a lane of any CTA of the cluster. */
  checkOffset(at: number, byteLength: number, kind: number, warp: Warp, lane: number): number {
    this.#checkRange(at, byteLength, lane);
    if (at % byteLength !== 0) {
      throw new Fault(
        'bounds',
        `expected a multiple of ${byteLength} for a shared address but received ${at}`,
        lane,
      );
    }
    const shadowed = this.#shadowed;
    if (shadowed !== undefined) this.#order.checkLane(shadowed, at, byteLength, kind, warp, lane);
    if ((kind & writeBit) === 0 || (kind & readModifyWriteBit) !== 0)
      this.#checkWritten(at, byteLength, lane);
    if ((kind & writeBit) !== 0) {
      this.#checkNoBarrier(at, byteLength, lane);
      this.#written?.fill(1, at, at + byteLength);
      this.version += 1;
    }
    return at;
  }

  /** An asynchronous copy, issued now, will write here. */
  beginAsyncWrite(at: number, byteLength: number, by: AsyncAccess): void {
    this.#checkRange(at, byteLength, undefined);
    this.#checkNoBarrier(at, byteLength, undefined);
    if (this.#shadowed !== undefined) this.#order.writeAsync(this.#shadowed, at, byteLength, by);
  }

  /** The copy has written. */
  endAsyncWrite(at: number, byteLength: number): void {
    this.#written?.fill(1, at, at + byteLength);
    this.version += 1;
  }

  /** A WGMMA, issued now, will read whole 16-byte chunks here. */
  beginChunkRead(at: number, byteLength: number, by: AsyncAccess): void {
    this.#checkRange(at, byteLength, undefined);
    if (this.#shadowed !== undefined) this.#order.readChunks(this.#shadowed, at, byteLength, by);
    this.#checkWritten(at, byteLength, undefined);
  }

  /** A TMA store, issued now, will read here. */
  beginAsyncRead(at: number, byteLength: number, by: AsyncAccess): void {
    this.#checkRange(at, byteLength, undefined);
    if (this.#shadowed !== undefined) this.#order.readAsync(this.#shadowed, at, byteLength, by);
    this.#checkWritten(at, byteLength, undefined);
  }

  /** From now on, nothing but mbarrier instructions may write to these 8 bytes; `false` ends it. */
  reserveForBarrier(at: number, reserved: boolean): void {
    this.#barrierWords.fill(reserved ? 1 : 0, at / wordBytes, at / wordBytes + 2);
  }

  #checkNoBarrier(at: number, byteLength: number, lane: number | undefined): void {
    for (let word = at >> 2; word < (at + byteLength + 3) >> 2; word++) {
      if (this.#barrierWords[word] === 0) continue;
      throw new Fault('barrier', `shared address ${word * wordBytes}: overwrites an mbarrier object`, lane);
    }
  }

  #checkRange(at: number, byteLength: number, lane: number | undefined): void {
    if (at >= sharedBase && at + byteLength <= this.#end) return;
    throw new Fault(
      'bounds',
      `expected shared memory from ${sharedBase} to ${this.#end} but received ${byteLength} bytes at ${at}`,
      lane,
    );
  }

  #checkWritten(at: number, byteLength: number, lane: number | undefined): void {
    const written = this.#written;
    if (written === undefined) return;
    for (let byte = at; byte < at + byteLength; byte++) {
      if (written[byte] === 1) continue;
      throw new Fault('uninitialised-read', `shared address ${byte}: read, but nothing wrote it`, lane);
    }
  }
}
