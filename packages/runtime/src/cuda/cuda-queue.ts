import { DgValidationError } from '@dg/jit';
import type { DeviceBuffer } from '../device/device-buffer.js';
import type { EventHandle, StreamHandle } from '../native/binding.js';
import type { CudaStorage } from './cuda-storage.js';
import { PendingWrites } from './pending-writes.js';

/** What a capture holds on to: the storages that its graph will use. */
export interface CaptureRecord {
  readonly retained: Set<CudaStorage>;
  /** Within the graph, which starts after all that was queued before. */
  readonly pending: PendingWrites;
}

/**
 * The state of one native stream that memory ordering needs. It outlives the CudaStream that the user
 * holds, so that storages can point at it without keeping that alive. Written by MemoryOrder, CudaStream and
 * withScratch only.
 */
export class CudaQueue {
  readonly handle: StreamHandle;
  /** Recorded when a storage that this queue used is freed; reused, as a wait holds the state at its call. */
  readonly releaseEvent: EventHandle;
  /** Allocations up to this sequence number are ordered before whatever is queued next. */
  waitedSequence = 0;
  capture: CaptureRecord | undefined;
  closed = false;
  readonly #pending = new PendingWrites();
  /** See withScratch; not there while a call uses it. */
  #scratch: DeviceBuffer | undefined;

  constructor(handle: StreamHandle, releaseEvent: EventHandle) {
    this.handle = handle;
    this.releaseEvent = releaseEvent;
  }

  /** What may still be written when a dependent launch that is queued next starts. */
  get pending(): PendingWrites {
    return this.capture === undefined ? this.#pending : this.capture.pending;
  }

  takeScratch(): DeviceBuffer | undefined {
    const scratch = this.#scratch;
    this.#scratch = undefined;
    return scratch;
  }

  keepScratch(scratch: DeviceBuffer | undefined): void {
    this.dropScratch();
    this.#scratch = scratch;
    if (this.closed) this.dropScratch();
  }

  dropScratch(): void {
    this.takeScratch()?.destroy();
  }

  /** Throws DgValidationError while a capture lasts. */
  assertNotCapturing(operation: string): void {
    if (this.capture === undefined) return;
    throw new DgValidationError(
      `expected no capture in progress for ${operation} but received a capturing stream`,
    );
  }
}
