import { DgValidationError } from '@dg/jit';
import { assertSynchronous } from '../device/assert-synchronous.js';
import type { Device } from '../device/device.js';
import type { Event } from '../device/event.js';
import type { Graph } from '../device/graph.js';
import type { Stream } from '../device/stream.js';
import { disposeSymbol } from '../dispose-symbol.js';
import { HostEvent, liveEventOf } from './host-event.js';
import { type CapturedWork, HostGraph, releaseCaptured } from './host-graph.js';
import type { HostStorage } from './host-storage.js';

/** A stream that runs work at once, on the calling thread, or keeps it while a capture is open. */
export class HostStream implements Stream {
  readonly device: Device;
  #destroyed = false;
  #capture: CapturedWork | undefined;

  constructor(device: Device) {
    this.device = device;
  }

  get destroyed(): boolean {
    return this.#destroyed || this.device.destroyed;
  }

  get capturing(): boolean {
    return this.#capture !== undefined;
  }

  /** Runs `work`, which uses `storages`, now, or records it when the stream is capturing. */
  enqueue(work: () => void, storages: readonly HostStorage[]): void {
    this.#assertAlive();
    if (this.#capture === undefined) {
      work();
      return;
    }
    this.#capture.work.push(work);
    for (const storage of storages) {
      if (this.#capture.storages.has(storage)) continue;
      storage.retain();
      this.#capture.storages.add(storage);
    }
  }

  record(): Event {
    this.assertNotCapturing('record');
    return new HostEvent(this.device);
  }

  waitFor(event: Event): void {
    this.assertNotCapturing('waitFor');
    liveEventOf(this.device, event, 'waitFor');
  }

  capture(enqueue: () => void): Graph {
    this.assertNotCapturing('capture');
    const captured: CapturedWork = { work: [], storages: new Set() };
    this.#capture = captured;
    try {
      assertSynchronous(enqueue());
    } catch (error) {
      releaseCaptured(captured);
      throw error;
    } finally {
      this.#capture = undefined;
    }
    const { device } = this;
    return new HostGraph(device, (stream) => hostStreamOf(device, stream), captured);
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
      throw new DgValidationError(
        `expected a live stream of the ${this.device.name} device but received a destroyed one`,
      );
    }
  }
}

/** The stream to use: `stream`, or the device's default. Throws DgValidationError for a foreign one. */
export function hostStreamOf(device: Device, stream: Stream | undefined): HostStream {
  const chosen = stream ?? device.defaultStream;
  if (!(chosen instanceof HostStream) || chosen.device !== device) {
    throw new DgValidationError(
      `expected a stream of ${device.name} for stream but received one of another device`,
    );
  }
  return chosen;
}
