import { DgOutOfMemoryError } from '../errors/dg-out-of-memory-error.js';
import type { DeviceHandle, EventHandle, StreamHandle } from '../native/binding.js';
import { CudaQueue } from './cuda-queue.js';
import { CudaStorage } from './cuda-storage.js';
import { type GuardedDriver, quietly } from './guarded-driver.js';

/**
 * Stream-ordered memory. Allocations are queued on one internal stream and frees on another:
 * a queue waits for the allocation stream before it first uses a younger storage, and the reclaim stream waits
 * for every queue that used a storage before it frees it. User streams wait for each other this way only where the
 * driver hands out memory whose free is still queued, which makes the allocation stream wait for it.
 */
export class MemoryOrder {
  readonly #driver: GuardedDriver;
  readonly #device: DeviceHandle;
  readonly #allocationStream: StreamHandle;
  readonly #allocationEvent: EventHandle;
  readonly #reclaimQueue: CudaQueue;
  /** Those that are not closed. */
  readonly #queues = new Set<CudaQueue>();
  readonly #foreignStorages = new Set<CudaStorage>();
  #lastSequence = 0;
  /** The sequence number that the last record of the allocation event covers. */
  #recordedSequence = 0;
  #foreignInUse: { readonly owner: unknown; readonly event: EventHandle }[] = [];

  constructor(driver: GuardedDriver, device: DeviceHandle) {
    this.#driver = driver;
    this.#device = device;
    this.#allocationStream = driver.streamCreate(device);
    this.#allocationEvent = driver.eventCreate(device, false);
    this.#reclaimQueue = this.createQueue();
  }

  createQueue(): CudaQueue {
    const handle = this.#driver.streamCreate(this.#device);
    const queue = new CudaQueue(handle, this.#driver.eventCreate(this.#device, false));
    this.#queues.add(queue);
    return queue;
  }

  /** All that may have work to do. Among them is the reclaim queue, which comes after the work of closed ones. */
  get queues(): readonly CudaQueue[] {
    return [...this.#queues];
  }

  /** Throws DgOutOfMemoryError. */
  allocate(byteLength: number): CudaStorage {
    if (byteLength === 0) return new CudaStorage({ address: 0, byteLength, sequence: 0 }, () => {});
    const address = this.#allocateAfterFrees(byteLength);
    this.#lastSequence++;
    return new CudaStorage({ address, byteLength, sequence: this.#lastSequence }, (storage) =>
      this.#free(storage),
    );
  }

  adopt(address: number, byteLength: number, owner: unknown): CudaStorage {
    const storage = new CudaStorage({ address, byteLength, sequence: 0, foreign: { owner } }, () =>
      this.#dropOwner(storage),
    );
    this.#foreignStorages.add(storage);
    return storage;
  }

  /** For the end of the device, after which no storage is released one by one. */
  dropOwners(): void {
    for (const storage of this.#foreignStorages) this.#dropOwner(storage);
  }

  /** Makes what is queued next on `queue` safe on `storage`, and the storage's free safe after it. */
  use(queue: CudaQueue, storage: CudaStorage): void {
    this.waitForAllocations(queue, storage.sequence);
    if (queue.capture !== undefined) {
      if (queue.capture.retained.has(storage)) return;
      queue.capture.retained.add(storage);
      storage.retain();
    } else {
      storage.markUsed(queue);
    }
  }

  /** Makes what is queued next on `queue` come after the allocations up to `sequence`. */
  waitForAllocations(queue: CudaQueue, sequence: number): void {
    if (sequence > queue.waitedSequence) this.#catchUp(queue);
  }

  /**
   * To be called right before a capture begins: while it lasts, the stream can neither wait for allocations
   * nor record a release.
   */
  prepareCapture(queue: CudaQueue): void {
    this.waitForAllocations(queue, this.#lastSequence);
    this.#driver.eventRecord(queue.releaseEvent, queue.handle);
  }

  /** Destroys the native stream; storages that it used are freed after its work all the same. */
  closeQueue(queue: CudaQueue): void {
    if (queue.closed) return;
    queue.closed = true;
    this.#queues.delete(queue);
    quietly(() => {
      this.#driver.eventRecord(queue.releaseEvent, queue.handle);
      this.#driver.streamWaitEvent(this.#reclaimQueue.handle, queue.releaseEvent);
    });
    queue.dropScratch();
    quietly(() => this.#driver.streamDestroy(queue.handle));
    quietly(() => this.#driver.eventDestroy(queue.releaseEvent));
  }

  #allocateAfterFrees(byteLength: number): number {
    try {
      return this.#driver.memoryAllocate(this.#allocationStream, byteLength);
    } catch (error) {
      if (!(error instanceof DgOutOfMemoryError)) throw error;
      for (const queue of this.#queues) queue.dropScratch();
      // Destroyed buffers may still wait for their last work: let that finish before giving up.
      this.#driver.streamSynchronize(this.#reclaimQueue.handle);
      return this.#driver.memoryAllocate(this.#allocationStream, byteLength);
    }
  }

  #catchUp(queue: CudaQueue): void {
    if (queue.capture !== undefined) {
      // A capturing stream must not wait for one that is not part of the capture.
      this.#driver.streamSynchronize(this.#allocationStream);
      queue.waitedSequence = this.#lastSequence;
      return;
    }
    if (this.#recordedSequence < this.#lastSequence) {
      this.#driver.eventRecord(this.#allocationEvent, this.#allocationStream);
      this.#recordedSequence = this.#lastSequence;
    }
    this.#driver.streamWaitEvent(queue.handle, this.#allocationEvent);
    queue.waitedSequence = this.#recordedSequence;
  }

  #free(storage: CudaStorage): void {
    quietly(() => {
      const reclaim = this.#reclaimQueue;
      this.waitForAllocations(reclaim, storage.sequence);
      for (const queue of storage.usedBy) {
        // Closed queues made the reclaim stream wait when they closed.
        if (queue.closed) continue;
        // While capturing, the event recorded before the capture still stands for all that was queued.
        if (queue.capture === undefined) this.#driver.eventRecord(queue.releaseEvent, queue.handle);
        this.#driver.streamWaitEvent(reclaim.handle, queue.releaseEvent);
      }
      this.#driver.memoryFree(reclaim.handle, storage.address);
    });
  }

  /** The owner may free the memory as soon as we drop it: hold it until queued work is through. */
  #dropOwner(storage: CudaStorage): void {
    this.#foreignStorages.delete(storage);
    quietly(() => {
      for (const queue of storage.usedBy) {
        if (queue.closed || queue.capture !== undefined) this.#holdUntil(this.#reclaimAfter(queue), storage);
        else this.#holdUntil(queue, storage);
      }
    });
  }

  #reclaimAfter(queue: CudaQueue): CudaQueue {
    if (!queue.closed) this.#driver.streamWaitEvent(this.#reclaimQueue.handle, queue.releaseEvent);
    return this.#reclaimQueue;
  }

  #holdUntil(queue: CudaQueue, storage: CudaStorage): void {
    const event = this.#driver.eventCreate(this.#device, false);
    this.#foreignInUse.push({ owner: storage.foreignOwner, event });
    this.#driver.eventRecord(event, queue.handle);
    this.#driver.eventWait(event, () => {
      this.#foreignInUse = this.#foreignInUse.filter((held) => held.event !== event);
      quietly(() => this.#driver.eventDestroy(event));
    });
  }
}
