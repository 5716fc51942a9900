import { DgValidationError } from '@dg/jit';
import type { TransferOptions } from '../device/device-buffer.js';
import type { Graph } from '../device/graph.js';
import type { Stream } from '../device/stream.js';
import { disposeSymbol } from '../dispose-symbol.js';
import type { GraphHandle } from '../native/binding.js';
import type { CudaContext } from './cuda-context.js';
import type { CudaQueue } from './cuda-queue.js';
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
  /** That of the youngest storage. */
  readonly #sequence: number;
  /** The queues that launched this graph: while they are open, every storage knows of them. */
  #launchedOn: readonly CudaQueue[] = [];
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
    this.#sequence = storages.reduce((youngest, { sequence }) => Math.max(youngest, sequence), 0);
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
    this.#context.memory.waitForAllocations(queue, this.#sequence);
    queue.pending.queueUnknown();
    try {
      this.#context.driver.graphLaunch(this.#handle, queue.handle);
    } finally {
      // After the launch, which would only wait for it, and whatever came of that: a failure may be one of earlier work.
      if (!this.#launchedOn.includes(queue)) this.#rememberLaunchOn(queue);
    }
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

  /** Makes the free of every storage safe after what `queue` has been given. */
  #rememberLaunchOn(queue: CudaQueue): void {
    for (const storage of this.#storages) storage.markUsed(queue);
    this.#launchedOn = [...this.#launchedOn.filter((other) => !other.closed), queue];
  }
}

/** A launch in flight holds its own copy of the graph, so that destroying it does not have to wait. */
function releaseGraph(context: CudaContext, handle: GraphHandle, storages: readonly CudaStorage[]): void {
  quietly(() => context.driver.graphDestroy(handle));
  for (const storage of storages) storage.release();
}
