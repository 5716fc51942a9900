import { DgValidationError } from '@dg/jit';
import type { HostDevice } from '../device/device.js';
import type { TransferOptions } from '../device/device-buffer.js';
import type { Graph } from '../device/graph.js';
import type { Stream } from '../device/stream.js';
import { disposeSymbol } from '../dispose-symbol.js';
import type { HostStream } from './host-stream.js';

/** The stream of the device to use. Handed in, so that streams can make graphs without an import cycle. */
export type HostStreamResolver = (stream: Stream | undefined) => HostStream;

/** Captured closures; they hold the memory that they use. */
export class HostGraph implements Graph {
  readonly #device: HostDevice;
  readonly #streamOf: HostStreamResolver;
  #work: readonly (() => void)[] | undefined;

  constructor(device: HostDevice, streamOf: HostStreamResolver, work: readonly (() => void)[]) {
    this.#device = device;
    this.#streamOf = streamOf;
    this.#work = work;
  }

  get destroyed(): boolean {
    return this.#work === undefined || this.#device.destroyed;
  }

  launch(options: TransferOptions = {}): void {
    if (this.#work === undefined || this.#device.destroyed) {
      throw new DgValidationError('expected a live graph for launch but received a destroyed one');
    }
    const stream = this.#streamOf(options.stream);
    stream.assertNotCapturing('launch of a graph');
    for (const work of this.#work) stream.enqueue(work);
  }

  destroy(): void {
    this.#work = undefined;
  }

  [disposeSymbol](): void {
    this.destroy();
  }
}
