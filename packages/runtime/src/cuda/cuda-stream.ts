import { DgValidationError } from '@dg/jit';
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
import { waitForEvent } from './wait-for-event.js';

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
    const event = driver.eventCreate(handle, true);
    try {
      driver.eventRecord(event, queue.handle);
    } catch (error) {
      quietly(() => driver.eventDestroy(event));
      throw error;
    }
    return new CudaEvent(this.#context, event);
  }

  waitFor(event: Event): void {
    const queue = this.queueOutsideCapture('waitFor');
    if (!(event instanceof CudaEvent)) {
      throw new DgValidationError(
        `expected an event of ${this.device.name} for waitFor but received a foreign one`,
      );
    }
    this.#context.driver.streamWaitEvent(queue.handle, event.handleFor(this.#context));
  }

  capture(enqueue: () => void): Graph {
    const queue = this.queueOutsideCapture('capture');
    const { driver, memory } = this.#context;
    const record: CaptureRecord = { retained: new Set() };
    memory.prepareCapture(queue);
    driver.streamBeginCapture(queue.handle);
    queue.capture = record;
    let graph: GraphHandle;
    try {
      enqueue();
      graph = driver.streamEndCapture(queue.handle);
    } catch (error) {
      quietly(() => driver.streamAbortCapture(queue.handle));
      queue.capture = undefined;
      for (const storage of record.retained) storage.release();
      throw error;
    }
    queue.capture = undefined;
    return new CudaGraph(this.device, this.#context, graph, [...record.retained]);
  }

  async synchronize(): Promise<void> {
    const queue = this.queueOutsideCapture('synchronize');
    const { driver, handle } = this.#context;
    const event = driver.eventCreate(handle, false);
    try {
      driver.eventRecord(event, queue.handle);
      await this.#context.hold(() => waitForEvent(driver, event));
    } finally {
      quietly(() => driver.eventDestroy(event));
    }
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
    if (queue.capture !== undefined) {
      throw new DgValidationError(
        `expected no capture in progress for ${operation} but received a capturing stream`,
      );
    }
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
