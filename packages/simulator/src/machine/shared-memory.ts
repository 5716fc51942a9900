import { sharedBase } from '../program/shared-layout.js';
import { Fault } from './fault.js';
import type { Warp } from './warp.js';

/** Checks are kept for units of this many bytes: the smallest that asynchronous operations move. */
const unitBytes = 16;

/** Cluster addresses carry the rank of their CTA above the offset (PTX ISA 5.2, shared::cluster). */
const rankShift = 24;
const offsetMask = (1 << rankShift) - 1;

export function clusterAddress(offset: number, rank: number): number {
  return ((rank + 1) << rankShift) | (offset & offsetMask);
}

/** The rank that an address names; undefined for an address of the CTA itself. */
export function rankOf(address: number): number | undefined {
  const rank = address >>> rankShift;
  return rank === 0 ? undefined : rank - 1;
}

export function offsetOf(address: number): number {
  return address & offsetMask;
}

/**
 * The shared memory of one CTA, indexed by address, with what the checks need to know about every 16 bytes: whether
 * something wrote them, what asynchronous operations are under way there, and who wrote them without a proxy fence since.
 */
export class SharedMemory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Counts every change: decoded operands of another version are stale. */
  version = 0;
  readonly #end: number;
  readonly #written: Uint8Array;
  readonly #asyncWrites: Uint16Array;
  readonly #asyncReads: Uint16Array;
  readonly #writers: (Warp | undefined)[];
  readonly #writerFences: Int32Array;

  constructor(byteLength: number) {
    this.#end = sharedBase + byteLength;
    this.bytes = new Uint8Array(this.#end).fill(0xff);
    this.view = new DataView(this.bytes.buffer);
    const units = Math.ceil(this.#end / unitBytes);
    this.#written = new Uint8Array(this.#end);
    this.#asyncWrites = new Uint16Array(units);
    this.#asyncReads = new Uint16Array(units);
    this.#writers = new Array(units).fill(undefined);
    this.#writerFences = new Int32Array(units);
  }

  /** An access by an instruction of a lane. Returns the index into `view`. */
  check(address: number, byteLength: number, write: boolean, warp: Warp, lane: number): number {
    const at = this.#offset(address, warp, lane);
    this.#checkRange(at, byteLength, lane);
    if (at % byteLength !== 0) {
      throw new Fault(
        'bounds',
        `expected a multiple of ${byteLength} for a shared address but received ${at}`,
        lane,
      );
    }
    const unit = at >> 4;
    if (this.#asyncWrites[unit] !== 0) {
      throw new Fault(
        'asynchronous-hazard',
        `shared address ${at}: an asynchronous copy may still be writing there`,
        lane,
      );
    }
    if (write) {
      if (this.#asyncReads[unit] !== 0) {
        throw new Fault(
          'asynchronous-hazard',
          `shared address ${at}: a WGMMA or a TMA store may still be reading there`,
          lane,
        );
      }
      this.#written.fill(1, at, at + byteLength);
      this.#writers[unit] = warp;
      this.#writerFences[unit] = warp.asyncFences;
      this.version += 1;
    } else {
      this.#checkWritten(at, byteLength, lane);
    }
    return at;
  }

  checkAtomic(address: number, byteLength: number, warp: Warp, lane: number): number {
    this.check(address, byteLength, false, warp, lane);
    return this.check(address, byteLength, true, warp, lane);
  }

  /** An asynchronous copy starts to write here. */
  beginAsyncWrite(at: number, byteLength: number): void {
    this.#checkRange(at, byteLength, undefined);
    for (let unit = at >> 4; unit < (at + byteLength + 15) >> 4; unit++) {
      if (this.#asyncReads[unit] !== 0) {
        throw new Fault(
          'asynchronous-hazard',
          `copy to shared address ${unit * unitBytes}: a WGMMA or a TMA store may still be reading there`,
        );
      }
      if (this.#asyncWrites[unit] !== 0) {
        throw new Fault(
          'asynchronous-hazard',
          `copy to shared address ${unit * unitBytes}: another copy is still writing there`,
        );
      }
      this.#asyncWrites[unit]! += 1;
    }
  }

  endAsyncWrite(at: number, byteLength: number): void {
    for (let unit = at >> 4; unit < (at + byteLength + 15) >> 4; unit++) {
      this.#asyncWrites[unit]! -= 1;
      this.#writers[unit] = undefined;
    }
    this.#written.fill(1, at, at + byteLength);
    this.version += 1;
  }

  /** A WGMMA or a TMA store, issued now, may read here until `endAsyncRead`. */
  beginAsyncRead(at: number, byteLength: number, reader: string): void {
    this.#checkRange(at, byteLength, undefined);
    this.#checkWritten(at, byteLength, undefined);
    for (let unit = at >> 4; unit < (at + byteLength + 15) >> 4; unit++) {
      if (this.#asyncWrites[unit] !== 0) {
        throw new Fault(
          'asynchronous-hazard',
          `${reader} of shared address ${unit * unitBytes}: an asynchronous copy may still be writing there`,
        );
      }
      const writer = this.#writers[unit];
      if (writer !== undefined && writer.asyncFences === this.#writerFences[unit]) {
        throw new Fault(
          'proxy-fence',
          `${reader} of shared address ${unit * unitBytes}: expected fence.proxy.async by warp ${writer.index} after its ` +
            'ordinary store but received none',
        );
      }
      this.#asyncReads[unit]! += 1;
    }
  }

  endAsyncRead(at: number, byteLength: number): void {
    for (let unit = at >> 4; unit < (at + byteLength + 15) >> 4; unit++) this.#asyncReads[unit]! -= 1;
  }

  #offset(address: number, warp: Warp, lane: number): number {
    const rank = rankOf(address);
    if (rank === undefined || rank === warp.cta.rank) return offsetOf(address);
    throw new Fault('bounds', `expected an address of this CTA but received one of rank ${rank}`, lane);
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
    for (let byte = at; byte < at + byteLength; byte++) {
      if (this.#written[byte] === 1) continue;
      throw new Fault('uninitialised-read', `shared address ${byte}: read, but nothing wrote it`, lane);
    }
  }
}
