import { DgValidationError, disposeSymbol, type Graph, type Stream, type TransferOptions } from '@dg/runtime';
import type { SimDevice } from './sim-device.js';
import type { SimStorage } from './sim-storage.js';
import type { SimStream } from './sim-stream.js';

/** What a stream recorded: closures, and the memory that they use. */
export interface CapturedWork {
  readonly work: readonly (() => void)[];
  /** Held for the graph. */
  readonly storages: readonly SimStorage[];
}

/** The stream of the device to use. Handed in, so that streams can make graphs without an import cycle. */
export type SimStreamResolver = (stream: Stream | undefined) => SimStream;

export class SimGraph implements Graph {
  readonly #device: SimDevice;
  readonly #streamOf: SimStreamResolver;
  #captured: CapturedWork | undefined;

  constructor(device: SimDevice, streamOf: SimStreamResolver, captured: CapturedWork) {
    this.#device = device;
    this.#streamOf = streamOf;
    this.#captured = captured;
    device.holders.add(this, captured.storages);
  }

  get destroyed(): boolean {
    return this.#captured === undefined || this.#device.destroyed;
  }

  launch(options: TransferOptions = {}): void {
    if (this.#captured === undefined || this.#device.destroyed) {
      throw new DgValidationError('expected a live graph for launch but received a destroyed one');
    }
    const stream = this.#streamOf(options.stream);
    stream.assertNotCapturing('launch of a graph');
    const { work, storages } = this.#captured;
    for (const item of work) stream.enqueue(item, storages);
  }

  destroy(): void {
    if (this.#captured === undefined) return;
    const { storages } = this.#captured;
    this.#captured = undefined;
    this.#device.holders.drop(this, storages);
  }

  [disposeSymbol](): void {
    this.destroy();
  }
}
