import { DgValidationError } from '@dg/runtime';
import type { Allocation } from '../memory/allocation.js';

/**
 * Memory that buffers and graphs share: freed when the last of them lets go. The device runs work at once, so that
 * nothing else can still use it.
 */
export class SimStorage {
  readonly allocation: Allocation;
  /** Where it starts in the allocation. */
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly #free: () => void;
  #holders = 1;

  /** Has one holder. `free` is called once, when there is none any more. */
  constructor(allocation: Allocation, byteOffset: number, byteLength: number, free: () => void) {
    this.allocation = allocation;
    this.byteOffset = byteOffset;
    this.byteLength = byteLength;
    this.#free = free;
  }

  get address(): number {
    return this.allocation.address + this.byteOffset;
  }

  /** The memory itself. Throws DgValidationError when its owner freed it, which happens to foreign pointers. */
  get bytes(): Uint8Array {
    if (this.allocation.freed) {
      throw new DgValidationError(
        `expected live memory at 0x${this.address.toString(16)} but received memory that its owner freed`,
      );
    }
    return this.allocation.bytes.subarray(this.byteOffset, this.byteOffset + this.byteLength);
  }

  markInitialised(byteOffset: number, byteLength: number): void {
    this.allocation.markInitialised(this.byteOffset + byteOffset, byteLength);
  }

  retain(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#free();
  }
}
