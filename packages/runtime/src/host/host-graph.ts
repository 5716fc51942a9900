import { DgValidationError } from '@dg/jit';
import type { Device } from '../device/device.js';
import type { TransferOptions } from '../device/device-buffer.js';
import type { Graph } from '../device/graph.js';
import type { Stream } from '../device/stream.js';
import { disposeSymbol } from '../dispose-symbol.js';
import type { HostStorage } from './host-storage.js';
import type { HostStream } from './host-stream.js';

/** What a stream recorded: closures, and the memory that they use. */
export interface CapturedWork {
  readonly work: (() => void)[];
  /** Each held once. */
  readonly storages: Set<HostStorage>;
}

/** The stream of the device to use. Handed in, so that streams can make graphs without an import cycle. */
export type HostStreamResolver = (stream: Stream | undefined) => HostStream;

/** Work of a device that runs it at once. */
export class HostGraph implements Graph {
  readonly #device: Device;
  readonly #streamOf: HostStreamResolver;
  #captured: CapturedWork | undefined;

  /** Takes over the holds of `captured`. */
  constructor(device: Device, streamOf: HostStreamResolver, captured: CapturedWork) {
    this.#device = device;
    this.#streamOf = streamOf;
    this.#captured = captured;
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
    for (const work of this.#captured.work) stream.enqueue(work, []);
  }

  destroy(): void {
    if (this.#captured === undefined) return;
    releaseCaptured(this.#captured);
    this.#captured = undefined;
  }

  [disposeSymbol](): void {
    this.destroy();
  }
}

export function releaseCaptured({ storages }: CapturedWork): void {
  for (const storage of storages) storage.release();
}
