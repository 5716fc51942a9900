import { DgValidationError } from '@dg/jit';
import type { TransferOptions } from '../device/device-buffer.js';
import type { Graph } from '../device/graph.js';
import type { Stream } from '../device/stream.js';
import { disposeSymbol } from '../dispose-symbol.js';
import type { GraphHandle } from '../native/binding.js';
import type { CudaContext } from './cuda-context.js';
import type { CudaStorage } from './cuda-storage.js';
import type { CudaStream } from './cuda-stream.js';
import { quietly } from './guarded-driver.js';

/** The stream of the graph's device to use. Handed in, so that streams can make graphs without an import cycle. */
export type StreamResolver = (stream: Stream | undefined) => CudaStream;

export class CudaGraph implements Graph {
  readonly #streamOf: StreamResolver;
  readonly #context: CudaContext;
  readonly #handle: GraphHandle;
  readonly #storages: readonly CudaStorage[];
  #destroyed = false;

  /** Takes over `handle` and one reference to each of `storages`. */
  constructor(
    streamOf: StreamResolver,
    context: CudaContext,
    handle: GraphHandle,
    storages: readonly CudaStorage[],
  ) {
    this.#streamOf = streamOf;
    this.#context = context;
    this.#handle = handle;
    this.#storages = storages;
    context.remember(this, () => releaseGraph(context, handle, storages));
  }

  get destroyed(): boolean {
    return this.#destroyed || this.#context.destroyed;
  }

  launch(options: TransferOptions = {}): void {
    this.#context.assertUsable();
    if (this.#destroyed) {
      throw new DgValidationError('expected a live graph for launch but received a destroyed one');
    }
    const queue = this.#streamOf(options.stream).queueOutsideCapture('launch of a graph');
    for (const storage of this.#storages) this.#context.memory.use(queue, storage);
    this.#context.driver.graphLaunch(this.#handle, queue.handle);
  }

  destroy(): void {
    if (this.destroyed) return;
    this.#destroyed = true;
    this.#context.forget(this);
    releaseGraph(this.#context, this.#handle, this.#storages);
  }

  [disposeSymbol](): void {
    this.destroy();
  }
}

/** A launch in flight holds its own copy of the graph, so that destroying it does not have to wait. */
function releaseGraph(context: CudaContext, handle: GraphHandle, storages: readonly CudaStorage[]): void {
  quietly(() => context.driver.graphDestroy(handle));
  for (const storage of storages) storage.release();
}
