import { allocateHostMemory } from '@dg/runtime';
import { Allocation } from './allocation.js';
import { MemoryFault, type MemoryFaultKind, type NearestAllocation } from './memory-fault.js';

export interface GlobalMemoryOptions {
  /** Remember which bytes were written, and fault on reads of others. Default: false. */
  readonly trackInitialised?: boolean | undefined;
}

/** Above 2^32, so that an address cut to 32 bits hits nothing; below 2^47, as device addresses are. */
const firstAddress = 2 ** 46;
const slotBytes = 2 ** 21;
/** An odd multiple of 512: as aligned as the driver promises, and not more by chance. */
const headBytes = 512;
/** Between the last slot of an allocation and the first of the next; nothing is mapped there. */
const guardSlots = 1;
/** How many freed allocations are remembered, to tell a use after free from a wild pointer. */
const freedAllocationsKept = 4096;
/** Widest access of a thread. Storage is rounded up to it. */
const widestAccessBytes = 16;
/** NaN in every floating-point format here, -1 in every integer: unwritten memory shows in any result. */
const poisonByte = 0xff;

/**
 * The device memory of a simulator: a 48-bit address space in which every allocation has slots of 2 MiB for itself, with
 * an unmapped slot between neighbours, and no address is ever given out twice. New memory is poisoned.
 *
 * Addresses are numbers. Accesses throw MemoryFault.
 */
export class GlobalMemory {
  readonly #slots = new Map<number, Allocation>();
  readonly #freed: Allocation[] = [];
  readonly #trackInitialised: boolean;
  #nextAddress = firstAddress;
  /** Most accesses hit the allocation of the one before. */
  #latest = nothing;

  constructor(options: GlobalMemoryOptions = {}) {
    this.#trackInitialised = options.trackInitialised ?? false;
  }

  /** Throws DgOutOfMemoryError. `label` is shown in faults. */
  allocate(byteLength: number, label?: string): Allocation {
    const what = label === undefined ? 'buffer' : `buffer '${label}'`;
    const storageBytes = Math.ceil(byteLength / widestAccessBytes) * widestAccessBytes;
    const storage = allocateHostMemory(storageBytes, what).fill(poisonByte);
    const initialised = this.#trackInitialised ? allocateHostMemory(byteLength, what) : undefined;
    const address = this.#nextAddress + headBytes;
    const allocation = new Allocation(address, byteLength, label, storage, initialised);
    const firstSlot = this.#nextAddress / slotBytes;
    const slots = slotsOf(byteLength);
    for (let slot = firstSlot; slot < firstSlot + slots; slot++) this.#slots.set(slot, allocation);
    this.#nextAddress += (slots + guardSlots) * slotBytes;
    return allocation;
  }

  /** Idempotent. Later accesses are faults. */
  free(allocation: Allocation): void {
    if (allocation.freed) return;
    allocation.release();
    if (this.#latest === allocation) this.#latest = nothing;
    this.#freed.push(allocation);
    if (this.#freed.length > freedAllocationsKept) this.#forget(this.#freed.shift()!);
  }

  /** Frees what is left. */
  freeAll(): void {
    for (const allocation of new Set(this.#slots.values())) this.free(allocation);
  }

  /** The live allocation that the address lies in. */
  find(address: number): Allocation | undefined {
    const allocation = this.#slots.get(Math.floor(address / slotBytes));
    if (allocation === undefined || allocation.freed) return undefined;
    return address >= allocation.address && address < allocation.end ? allocation : undefined;
  }

  /**
   * The live allocation that holds all of a range whose start `alignment`, a power of two in bytes, divides. How the
   * machine makes accesses that have no method here: one check, then the views of the allocation.
   *
   * @throws MemoryFault
   */
  checkRange(address: number, byteLength: number, alignment: number): Allocation {
    let allocation = this.#latest;
    // Written so that NaN takes the slow way.
    if (!(address >= allocation.address && address + byteLength <= allocation.end)) {
      allocation = this.#resolve(address, byteLength, alignment);
      this.#latest = allocation;
    }
    // The remainder of the offset, as allocations are more aligned than any access.
    if (((address - allocation.address) & (alignment - 1)) !== 0) {
      throw this.#fault('misaligned', address, byteLength, alignment);
    }
    return allocation;
  }

  /** As `checkRange`, for a read: also faults where nothing was written, when that is tracked. */
  checkRead(address: number, byteLength: number, alignment: number): Allocation {
    const allocation = this.checkRange(address, byteLength, alignment);
    const { initialised } = allocation;
    if (initialised !== undefined) {
      // A loop, as most reads have a few bytes: making a view of them costs more.
      const start = address - allocation.address;
      for (let byte = 0; byte < byteLength; byte++) {
        if (initialised[start + byte] === 0) {
          throw this.#fault('uninitialised', address + byte, byteLength - byte, 1);
        }
      }
    }
    return allocation;
  }

  /** As `checkRange`, for a write that follows: from now on the bytes count as written. */
  checkWrite(address: number, byteLength: number, alignment: number): Allocation {
    const allocation = this.checkRange(address, byteLength, alignment);
    allocation.markInitialised(address - allocation.address, byteLength);
    return allocation;
  }

  load8(address: number): number {
    const allocation = this.checkRead(address, 1, 1);
    return allocation.bytes[address - allocation.address]!;
  }

  load16(address: number): number {
    const allocation = this.checkRead(address, 2, 2);
    return allocation.view.getUint16(address - allocation.address, true);
  }

  /** Unsigned. */
  load32(address: number): number {
    const allocation = this.checkRead(address, 4, 4);
    return allocation.words[(address - allocation.address) / 4]!;
  }

  loadFloat32(address: number): number {
    const allocation = this.checkRead(address, 4, 4);
    return allocation.floats[(address - allocation.address) / 4]!;
  }

  store8(address: number, value: number): void {
    const allocation = this.checkWrite(address, 1, 1);
    allocation.bytes[address - allocation.address] = value;
  }

  store16(address: number, value: number): void {
    const allocation = this.checkWrite(address, 2, 2);
    allocation.view.setUint16(address - allocation.address, value, true);
  }

  store32(address: number, value: number): void {
    const allocation = this.checkWrite(address, 4, 4);
    allocation.words[(address - allocation.address) / 4] = value;
  }

  storeFloat32(address: number, value: number): void {
    const allocation = this.checkWrite(address, 4, 4);
    allocation.floats[(address - allocation.address) / 4] = value;
  }

  /** The memory itself, not a copy. */
  readBytes(address: number, byteLength: number): Uint8Array {
    const allocation = this.checkRead(address, byteLength, 1);
    const start = address - allocation.address;
    return allocation.bytes.subarray(start, start + byteLength);
  }

  writeBytes(address: number, bytes: Uint8Array): void {
    const allocation = this.checkWrite(address, bytes.byteLength, 1);
    allocation.bytes.set(bytes, address - allocation.address);
  }

  #resolve(address: number, byteLength: number, alignment: number): Allocation {
    const allocation = this.#slots.get(Math.floor(address / slotBytes));
    if (allocation !== undefined) {
      const { freed, end } = allocation;
      if (freed && address < end && address + byteLength > allocation.address) {
        throw this.#fault('use-after-free', address, byteLength, alignment, allocation);
      }
      if (!freed && address >= allocation.address && address + byteLength <= end) return allocation;
    }
    const nearest = this.#nearest(address);
    const isNear = nearest !== undefined && gapBytes(nearest) <= slotBytes;
    throw this.#fault(isNear ? 'out-of-bounds' : 'unallocated', address, byteLength, alignment);
  }

  #fault(
    kind: MemoryFaultKind,
    address: number,
    byteLength: number,
    alignment: number,
    allocation?: Allocation,
  ): MemoryFault {
    const nearest = allocation === undefined ? this.#nearest(address) : placeOf(allocation, address);
    return new MemoryFault({ kind, address, byteLength, alignment, nearest });
  }

  /** Only on the way to a fault, so it may look at all of them. */
  #nearest(address: number): NearestAllocation | undefined {
    let nearest: NearestAllocation | undefined;
    for (const allocation of this.#slots.values()) {
      if (allocation.freed) continue;
      const place = placeOf(allocation, address);
      if (nearest === undefined || gapBytes(place) < gapBytes(nearest)) nearest = place;
    }
    return nearest;
  }

  #forget(allocation: Allocation): void {
    const firstSlot = Math.floor(allocation.address / slotBytes);
    const slots = slotsOf(allocation.byteLength);
    for (let slot = firstSlot; slot < firstSlot + slots; slot++) this.#slots.delete(slot);
  }
}

/** Holds no address: every comparison with its ends is false. */
const nothing = new Allocation(Number.NaN, 0, undefined, new Uint8Array(0), undefined);

function slotsOf(byteLength: number): number {
  return Math.ceil((headBytes + byteLength) / slotBytes);
}

function placeOf(allocation: Allocation, address: number): NearestAllocation {
  const { byteLength, label, end } = allocation;
  const isInside = address >= allocation.address && address < end;
  const isBefore = address < allocation.address;
  const distanceBytes = isInside ? undefined : address - (isBefore ? allocation.address : end);
  return { address: allocation.address, byteLength, label, distanceBytes };
}

function gapBytes(place: NearestAllocation): number {
  return Math.abs(place.distanceBytes ?? 0);
}
