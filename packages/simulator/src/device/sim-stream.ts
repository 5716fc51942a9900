import {
  assertSynchronous,
  DgValidationError,
  disposeSymbol,
  type Event,
  type Graph,
  type Stream,
} from '@dg/runtime';
import type { SimDevice } from './sim-device.js';
import { SimEvent, simEventOf } from './sim-event.js';
import { type CapturedWork, SimGraph } from './sim-graph.js';
import type { SimStorage } from './sim-storage.js';
import { releaseAll } from './storage-holders.js';

/** A stream of a simulated device: work runs at once, or is kept while a capture is open. */
export class SimStream implements Stream {
  readonly device: SimDevice;
  #destroyed = false;
  #capture: { readonly work: (() => void)[]; readonly storages: Set<SimStorage> } | undefined;

  constructor(device: SimDevice) {
    this.device = device;
  }

  get destroyed(): boolean {
    return this.#destroyed || this.device.destroyed;
  }

  get capturing(): boolean {
    return this.#capture !== undefined;
  }

  /** Runs `work`, which uses `storages`, now, or records it when the stream is capturing. */
  enqueue(work: () => void, storages: readonly SimStorage[]): void {
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
    return new SimEvent(this.device);
  }

  waitFor(event: Event): void {
    this.assertNotCapturing('waitFor');
    simEventOf(this.device, event, 'waitFor').assertAlive();
  }

  capture(enqueue: () => void): Graph {
    this.assertNotCapturing('capture');
    const { device } = this;
    return new SimGraph(device, (stream) => simStreamOf(device, stream), this.#recordWork(enqueue));
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

  #recordWork(enqueue: () => void): CapturedWork {
    const work: (() => void)[] = [];
    const storages = new Set<SimStorage>();
    this.#capture = { work, storages };
    try {
      assertSynchronous(enqueue());
    } catch (error) {
      releaseAll([...storages]);
      throw error;
    } finally {
      this.#capture = undefined;
    }
    return { work, storages: [...storages] };
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
export function simStreamOf(device: SimDevice, stream: Stream | undefined): SimStream {
  const chosen = stream ?? device.defaultStream;
  if (!(chosen instanceof SimStream) || chosen.device !== device) {
    throw new DgValidationError(
      `expected a stream of ${device.name} for stream but received one of another device`,
    );
  }
  return chosen;
}
