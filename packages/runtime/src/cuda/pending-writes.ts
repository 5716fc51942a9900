import type { CudaStorage } from './cuda-storage.js';

/** What a chain of dependent launches may write before one of them has to wait for all. */
export const mostPendingWrites = 64;

/**
 * The memory that work which is queued on a stream may still be writing when a dependent launch that is queued next
 * starts. Any number of dependent launches, and what they follow, may be at work at one time; any other launch or copy starts
 * after the end of all work before it.
 */
export class PendingWrites {
  /** End of each range by its start. */
  readonly #ends = new Map<number, number>();
  #anywhere = false;

  /** Not where it is not known any more what is being written: such a launch waits for all. */
  get allowsDependentLaunch(): boolean {
    return !this.#isUnknown;
  }

  mayWrite({ address, byteLength }: CudaStorage): boolean {
    if (this.#isUnknown) return true;
    for (const [start, end] of this.#ends) {
      if (start < address + byteLength && address < end) return true;
    }
    return false;
  }

  /** To be called when a launch or copy is queued that writes to `written`. */
  queue(dependentLaunch: boolean, written: readonly CudaStorage[]): void {
    if (!dependentLaunch) this.#forget();
    for (let index = 0; index < written.length; index++) {
      const { address, byteLength } = written[index]!;
      const end = this.#ends.get(address) ?? 0;
      this.#ends.set(address, Math.max(end, address + byteLength));
    }
  }

  /** To be called when something is queued that may have written anywhere: a graph, or the work of another stream. */
  queueUnknown(): void {
    this.#forget();
    this.#anywhere = true;
  }

  #forget(): void {
    this.#ends.clear();
    this.#anywhere = false;
  }

  get #isUnknown(): boolean {
    return this.#anywhere || this.#ends.size >= mostPendingWrites;
  }
}
