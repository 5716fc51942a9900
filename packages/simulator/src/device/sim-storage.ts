import { DgValidationError, type HostStorage } from '@dg/runtime';
import type { Allocation } from '../memory/allocation.js';

/** The address space keeps every allocation, so memory that is forgotten without `destroy` would stay for ever. */
const forgotten = new FinalizationRegistry<() => void>((free) => free());

/**
 * Memory that buffers and graphs share: freed when the last of them lets go. The device runs work at once, so that
 * nothing else can still use it.
 */
export class SimStorage implements HostStorage {
  readonly byteLength: number;
  readonly pointer: bigint;
  /** What owns a foreign pointer's memory, kept alive with the storage. */
  readonly owner: unknown;
  readonly #allocation: Allocation;
  /** Where it starts in the allocation. */
  readonly #byteOffset: number;
  readonly #free: () => void;
  #holders = 1;

  /** `free`, which must not refer to the storage, is called once, when there is no holder any more. */
  constructor(
    allocation: Allocation,
    byteOffset: number,
    byteLength: number,
    free: () => void,
    owner?: unknown,
  ) {
    this.byteLength = byteLength;
    this.pointer = BigInt(allocation.address + byteOffset);
    this.owner = owner;
    this.#allocation = allocation;
    this.#byteOffset = byteOffset;
    this.#free = free;
    forgotten.register(this, free, this);
  }

  get bytes(): Uint8Array {
    if (this.#allocation.freed) {
      throw new DgValidationError(
        `expected live memory at 0x${this.pointer.toString(16)} but received memory that its owner freed`,
      );
    }
    return this.#part(this.#allocation.bytes);
  }

  get written(): Uint8Array | undefined {
    const { initialised } = this.#allocation;
    return initialised === undefined ? undefined : this.#part(initialised);
  }

  retain(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    forgotten.unregister(this);
    this.#free();
  }

  #part(ofAllocation: Uint8Array): Uint8Array {
    return ofAllocation.subarray(this.#byteOffset, this.#byteOffset + this.byteLength);
  }
}
