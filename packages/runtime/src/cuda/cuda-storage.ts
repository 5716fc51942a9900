import type { CudaQueue } from './cuda-queue.js';

/**
 * One allocation, shared by its buffer and the graphs that captured it; released when the last of them lets go.
 */
export class CudaStorage {
  /** 0 for a storage of no bytes. */
  readonly address: number;
  readonly byteLength: number;
  /** Position in the order of allocations; 0 when no stream has to wait for it. */
  readonly sequence: number;
  readonly foreign: boolean;
  /** The queues with work on this memory. Few, so that an array beats a Set on the launch path. */
  usedBy: readonly CudaQueue[] = [];
  readonly #free: (storage: CudaStorage) => void;
  #foreignOwner: unknown;
  #references = 1;

  constructor(
    memory: { address: number; byteLength: number; sequence: number; foreign?: { owner: unknown } },
    free: (storage: CudaStorage) => void,
  ) {
    this.address = memory.address;
    this.byteLength = memory.byteLength;
    this.sequence = memory.sequence;
    this.foreign = memory.foreign !== undefined;
    this.#foreignOwner = memory.foreign?.owner;
    this.#free = free;
  }

  /** The owner of foreign memory, kept alive until that is freed. Undefined when the memory is ours to free. */
  get foreignOwner(): unknown {
    return this.#foreignOwner;
  }

  get freed(): boolean {
    return this.#references === 0;
  }

  markUsed(queue: CudaQueue): void {
    if (this.usedBy.includes(queue)) return;
    // A free comes after the work of closed queues anyway; an owner has to be held until it is through.
    this.usedBy = [...this.usedBy.filter((other) => this.foreign || !other.closed), queue];
  }

  retain(): void {
    this.#references++;
  }

  release(): void {
    this.#references--;
    if (this.#references > 0) return;
    this.#free(this);
    // A prepared launch may still hold this.
    this.#foreignOwner = undefined;
  }
}
