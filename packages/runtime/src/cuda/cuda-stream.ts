import { DgValidationError } from '@dg/jit';
import { assertSynchronous } from '../device/assert-synchronous.js';
import type { Event } from '../device/event.js';
import type { Graph } from '../device/graph.js';
import type { Stream } from '../device/stream.js';
import { disposeSymbol } from '../dispose-symbol.js';
import type { GraphHandle } from '../native/binding.js';
import type { CudaContext } from './cuda-context.js';
import type { CudaDevice } from './cuda-device.js';
import { CudaEvent } from './cuda-event.js';
import { CudaGraph } from './cuda-graph.js';
import type { CaptureRecord, CudaQueue } from './cuda-queue.js';
import { quietly } from './guarded-driver.js';
import { PendingWrites } from './pending-writes.js';
import { waitForQueue } from './wait-for-queue.js';

export class CudaStream implements Stream {
  readonly device: CudaDevice;
  readonly #context: CudaContext;
  readonly #queue: CudaQueue;

  constructor(device: CudaDevice, context: CudaContext) {
    const queue = context.memory.createQueue();
    this.device = device;
    this.#context = context;
    this.#queue = queue;
    context.remember(this, () => context.memory.closeQueue(queue));
  }

  get destroyed(): boolean {
    return this.#queue.closed || this.#context.destroyed;
  }

  get capturing(): boolean {
    return this.#queue.capture !== undefined;
  }

  record(): Event {
    const queue = this.queueOutsideCapture('record');
    const { driver, handle } = this.#context;
    const native = driver.eventCreate(handle, true);
    const event = new CudaEvent(this.#context, native);
    try {
      // Last: whoever times what comes next has the GPU wait from here on.
      driver.eventRecord(native, queue.handle);
    } catch (error) {
      event.destroy();
      throw error;
    }
    return event;
  }

  waitFor(event: Event): void {
    const queue = this.queueOutsideCapture('waitFor');
    if (!(event instanceof CudaEvent)) {
      throw new DgValidationError(
        `expected an event of ${this.device.name} for waitFor but received a foreign one`,
      );
    }
    this.#context.driver.streamWaitEvent(queue.handle, event.handleFor(this.#context));
    // What the other stream wrote is complete by then; that a dependent launch finds it so before its own wait is nowhere said.
    queue.pending.queueUnknown();
  }

  capture(enqueue: () => void): Graph {
    const queue = this.queueOutsideCapture('capture');
    const { device } = this;
    const { driver, memory } = this.#context;
    const record: CaptureRecord = { retained: new Set(), pending: new PendingWrites() };
    memory.prepareCapture(queue);
    driver.streamBeginCapture(queue.handle);
    queue.capture = record;
    let graph: GraphHandle;
    try {
      assertSynchronous(enqueue());
      graph = driver.streamEndCapture(queue.handle);
    } catch (error) {
      quietly(() => driver.streamAbortCapture(queue.handle));
      queue.capture = undefined;
      for (const storage of record.retained) storage.release();
      throw error;
    }
    queue.capture = undefined;
    const streamOf = (stream: Stream | undefined) => cudaStreamOf(device, stream);
    return new CudaGraph(streamOf, this.#context, graph, [...record.retained]);
  }

  async synchronize(): Promise<void> {
    await waitForQueue(this.#context, this.queueOutsideCapture('synchronize'));
  }

  synchronizeSync(): void {
    this.#context.driver.streamSynchronize(this.queueOutsideCapture('synchronizeSync').handle);
  }

  destroy(): void {
    if (this.destroyed) return;
    if (this === this.device.defaultStream) {
      throw new DgValidationError(
        'expected a stream made by createStream for destroy but received the default stream',
      );
    }
    if (this.capturing) {
      throw new DgValidationError(
        'expected no capture in progress for destroy but received a capturing stream',
      );
    }
    this.#context.forget(this);
    this.#context.memory.closeQueue(this.#queue);
  }

  [disposeSymbol](): void {
    this.destroy();
  }

  /** The queue to put work on. Throws DgValidationError when destroyed, DgDriverError when the device is lost. */
  get queue(): CudaQueue {
    this.#context.assertUsable();
    if (this.#queue.closed) {
      throw new DgValidationError(
        `expected a live stream of ${this.device.name} but received a destroyed one`,
      );
    }
    return this.#queue;
  }

  /** As `queue`, for what a graph cannot hold: host data, waiting, and points of the live queue. */
  queueOutsideCapture(operation: string): CudaQueue {
    const { queue } = this;
    queue.assertNotCapturing(operation);
    return queue;
  }
}

/** The stream to use: `stream`, or the device's default. Throws DgValidationError for a foreign one. */
export function cudaStreamOf(device: CudaDevice, stream: Stream | undefined): CudaStream {
  if (stream === undefined) return device.defaultStream;
  if (!(stream instanceof CudaStream) || stream.device !== device) {
    throw new DgValidationError(
      `expected a stream of ${device.name} for stream but received one of another device`,
    );
  }
  return stream;
}
