import { DgValidationError } from '@dg/jit';
import { assertSynchronous } from '../device/assert-synchronous.js';
import type { HostDevice } from '../device/device.js';
import type { Event } from '../device/event.js';
import type { Graph } from '../device/graph.js';
import type { Stream } from '../device/stream.js';
import { disposeSymbol } from '../dispose-symbol.js';
import { HostEvent } from './host-event.js';
import { HostGraph } from './host-graph.js';

/** A stream of the `cpu` device: work runs at once, or is kept while a capture is open. */
export class HostStream implements Stream {
  readonly device: HostDevice;
  #destroyed = false;
  #captured: (() => void)[] | undefined;

  constructor(device: HostDevice) {
    this.device = device;
  }

  get destroyed(): boolean {
    return this.#destroyed || this.device.destroyed;
  }

  get capturing(): boolean {
    return this.#captured !== undefined;
  }

  /** Runs `work` now, or records it when the stream is capturing. */
  enqueue(work: () => void): void {
    this.#assertAlive();
    if (this.#captured === undefined) work();
    else this.#captured.push(work);
  }

  record(): Event {
    this.assertNotCapturing('record');
    return new HostEvent();
  }

  waitFor(event: Event): void {
    this.assertNotCapturing('waitFor');
    if (!(event instanceof HostEvent)) {
      throw new DgValidationError(
        'expected an event of the cpu device for waitFor but received a foreign one',
      );
    }
  }

  capture(enqueue: () => void): Graph {
    this.assertNotCapturing('capture');
    const work: (() => void)[] = [];
    this.#captured = work;
    try {
      assertSynchronous(enqueue());
    } finally {
      this.#captured = undefined;
    }
    const { device } = this;
    return new HostGraph(device, (stream) => hostStreamOf(device, stream), work);
  }

  async synchronize(): Promise<void> {
    this.assertNotCapturing('synchronize');
  }

  synchronizeSync(): void {
    this.assertNotCapturing('synchronizeSync');
  }

  destroy(): void {
    if (this.#destroyed) return;
    if (this === this.device.defaultStream) {
      throw new DgValidationError(
        'expected a stream made by createStream for destroy but received the default stream',
      );
    }
    this.#destroyed = true;
  }

  [disposeSymbol](): void {
    this.destroy();
  }

  /** Host data and waiting belong to one moment; a graph would replay them at another. */
  assertNotCapturing(operation: string): void {
    this.#assertAlive();
    if (this.capturing) {
      throw new DgValidationError(
        `expected no capture in progress for ${operation} but received a capturing stream`,
      );
    }
  }

  #assertAlive(): void {
    if (this.destroyed) {
      throw new DgValidationError('expected a live stream of the cpu device but received a destroyed one');
    }
  }
}

/** The stream to use: `stream`, or the device's default. Throws DgValidationError for a foreign one. */
export function hostStreamOf(device: HostDevice, stream: Stream | undefined): HostStream {
  const chosen = stream ?? device.defaultStream;
  if (!(chosen instanceof HostStream) || chosen.device !== device) {
    throw new DgValidationError(
      `expected a stream of ${device.name} for stream but received one of another device`,
    );
  }
  return chosen;
}

/**
 * Runs `work` in the order of a `cpu` stream: at once, or at every launch of the graph when the stream is
 * capturing. How reference implementations take part in captures.
 *
 * @throws DgValidationError when the stream does not belong to a `cpu` device.
 */
export function enqueueHostWork(stream: Stream, work: () => void): void {
  if (!(stream instanceof HostStream)) {
    throw new DgValidationError(
      `expected a stream of the cpu device for enqueueHostWork but received one of ${stream.device.name}`,
    );
  }
  stream.enqueue(work);
}
