import type { DeviceHandle, EventHandle, PinnedHandle } from '../native/binding.js';
import type { CudaQueue } from './cuda-queue.js';
import { type GuardedDriver, quietly } from './guarded-driver.js';

/** Transfers are cut into pieces of this size, so that filling one overlaps with copying the one before. */
export const stagingChunkBytes = 32 * 2 ** 20;
const smallestBlockBytes = 4 * 2 ** 10;
/** Page-locked memory is scarce: each size class keeps no more than this, or two blocks. */
const keptBytesPerClass = 64 * 2 ** 20;
/** How many of the oldest blocks are asked whether they are free, as each question costs a driver call. */
const probedBlocks = 4;

export interface StagingBlock {
  readonly pinned: PinnedHandle;
  readonly bytes: Uint8Array;
  /** Complete once the device is through with the block. */
  readonly event: EventHandle;
}

interface SizeClass {
  readonly idle: StagingBlock[];
  /** Oldest first. */
  readonly inFlight: StagingBlock[];
  blockCount: number;
}

/** Page-locked blocks by power-of-two size. A block is handed out again only after its event is complete. */
export class StagingPool {
  readonly #driver: GuardedDriver;
  readonly #device: DeviceHandle;
  readonly #classes = new Map<number, SizeClass>();

  constructor(driver: GuardedDriver, device: DeviceHandle) {
    this.#driver = driver;
    this.#device = device;
  }

  /**
   * A block of at least `byteLength` bytes. When the class is full: waits for the oldest block in flight if
   * `mayBlock`, else grows.
   */
  acquire(byteLength: number, mayBlock: boolean): StagingBlock {
    const blockBytes = blockBytesFor(byteLength);
    const sizeClass = this.#classOf(blockBytes);
    this.#reclaim(sizeClass);
    const idle = sizeClass.idle.pop();
    if (idle !== undefined) return idle;
    const oldest = sizeClass.inFlight[0];
    if (mayBlock && oldest !== undefined && sizeClass.blockCount >= keptBlocks(blockBytes)) {
      this.#driver.eventSynchronize(oldest.event);
      sizeClass.inFlight.shift();
      return oldest;
    }
    return this.#create(sizeClass, blockBytes);
  }

  /** Marks the point on `queue` after which the block's last queued copy is through. */
  mark(block: StagingBlock, queue: CudaQueue): void {
    this.#driver.eventRecord(block.event, queue.handle);
  }

  /** Gives back a block that the device may still use, up to its mark. */
  retire(block: StagingBlock): void {
    this.#classOf(block.bytes.byteLength).inFlight.push(block);
  }

  /** Gives back a block that the device is through with. */
  release(block: StagingBlock): void {
    const blockBytes = block.bytes.byteLength;
    const sizeClass = this.#classOf(blockBytes);
    if (sizeClass.blockCount <= keptBlocks(blockBytes)) {
      sizeClass.idle.push(block);
      return;
    }
    sizeClass.blockCount--;
    quietly(() => this.#driver.pinnedFree(block.pinned));
    quietly(() => this.#driver.eventDestroy(block.event));
  }

  #reclaim(sizeClass: SizeClass): void {
    for (const block of sizeClass.inFlight.slice(0, probedBlocks)) {
      if (!this.#driver.eventQuery(block.event)) continue;
      sizeClass.inFlight.splice(sizeClass.inFlight.indexOf(block), 1);
      this.release(block);
    }
  }

  #create(sizeClass: SizeClass, blockBytes: number): StagingBlock {
    const event = this.#driver.eventCreate(this.#device, false);
    try {
      const { handle, memory } = this.#driver.pinnedAllocate(this.#device, blockBytes);
      sizeClass.blockCount++;
      return { pinned: handle, bytes: new Uint8Array(memory), event };
    } catch (error) {
      quietly(() => this.#driver.eventDestroy(event));
      throw error;
    }
  }

  #classOf(blockBytes: number): SizeClass {
    let sizeClass = this.#classes.get(blockBytes);
    if (sizeClass === undefined) {
      sizeClass = { idle: [], inFlight: [], blockCount: 0 };
      this.#classes.set(blockBytes, sizeClass);
    }
    return sizeClass;
  }
}

function blockBytesFor(byteLength: number): number {
  let bytes = smallestBlockBytes;
  while (bytes < byteLength) bytes *= 2;
  return bytes;
}

function keptBlocks(blockBytes: number): number {
  return Math.max(2, Math.floor(keptBytesPerClass / blockBytes));
}
