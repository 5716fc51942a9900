import { totalmem } from 'node:os';
import { createCompiler } from '@dg/jit';
import {
  type BufferDescriptor,
  checkBufferDescriptor,
  type DeviceBuffer,
  type DeviceProperties,
  DgValidationError,
  type DType,
  disposeSymbol,
  emptyTensor,
  type ForeignPointer,
  type HostArrayOf,
  type Kernel,
  KernelCache,
  type KernelDevice,
  type KernelSource,
  type Stream,
  type Tensor,
  type TensorOptions,
  tensorFrom,
  zerosTensor,
} from '@dg/runtime';
import { GlobalMemory } from '../memory/global-memory.js';
import { compilerOfPtx } from './compiler-of-ptx.js';
import type { SimBackend } from './sim-backend.js';
import { SimBuffer } from './sim-buffer.js';
import { SimKernel } from './sim-kernel.js';
import { SimStorage } from './sim-storage.js';
import { SimStream } from './sim-stream.js';
import {
  type ExecutionOptions,
  resolveExecutionOptions,
  resolveMultiprocessorCount,
  type SimulatorOptions,
} from './simulator-options.js';
import { StorageHolders } from './storage-holders.js';

const architecture = 'sm_90a';
/** What a block may have on SM90: 227 KiB. */
const sharedMemoryPerBlockBytes = 232_448;

/** A device that executes the PTX of kernels on the CPU. Work runs at once, on the calling thread. */
export class SimDevice implements KernelDevice {
  readonly kind = 'sim';
  readonly name = `sim:${architecture}`;
  readonly executesKernels = true;
  readonly properties: DeviceProperties;
  readonly defaultStream: Stream = new SimStream(this);
  readonly globalMemory: GlobalMemory;
  readonly executionOptions: ExecutionOptions;
  /** Of this device's buffers and graphs. */
  readonly holders = new StorageHolders();
  readonly #backend: SimBackend;
  readonly #kernels: KernelCache;
  readonly #onDestroy: () => void;
  #destroyed = false;

  /**
   * `onDestroy` is called once, when the device is destroyed.
   *
   * @throws DgValidationError for an option or a `DG_SIM_SEED` that cannot be.
   */
  constructor(backend: SimBackend, options: SimulatorOptions = {}, onDestroy: () => void = () => {}) {
    this.executionOptions = resolveExecutionOptions(options);
    this.properties = simulatedProperties(resolveMultiprocessorCount(options));
    this.globalMemory = new GlobalMemory({ trackInitialised: options.trackGlobalMemory });
    this.#backend = backend;
    this.#onDestroy = onDestroy;
    let { compiler } = options;
    this.#kernels = new KernelCache(
      architecture,
      () => {
        compiler ??= createCompiler({ logger: this.executionOptions.logger });
        return compilerOfPtx(compiler);
      },
      (source, image) => this.#load(source.name, new TextDecoder().decode(image), source.entry),
    );
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  createBuffer(descriptor: BufferDescriptor): DeviceBuffer {
    this.#assertAlive();
    checkBufferDescriptor(descriptor);
    const { globalMemory } = this;
    const { byteLength, label } = descriptor;
    const allocation = globalMemory.allocate(byteLength, label);
    const storage = new SimStorage(allocation, 0, byteLength, () => globalMemory.free(allocation));
    return new SimBuffer(this, storage, label);
  }

  /** Throws DgValidationError unless the range lies within one live buffer of this device. */
  fromPointer(foreign: ForeignPointer): DeviceBuffer {
    this.#assertAlive();
    checkBufferDescriptor(foreign);
    const { byteLength, label, owner } = foreign;
    const address = Number(foreign.pointer);
    const allocation = this.globalMemory.find(address);
    if (allocation === undefined || address + byteLength > allocation.end) {
      throw new DgValidationError(
        `expected an address with ${byteLength} bytes of live memory of ${this.name} for pointer of ` +
          `${label ?? 'buffer'} but received ${foreign.pointer}`,
      );
    }
    const storage = new SimStorage(allocation, address - allocation.address, byteLength, () => {});
    return new SimBuffer(this, storage, label, owner);
  }

  createStream(): Stream {
    this.#assertAlive();
    return new SimStream(this);
  }

  kernel(source: KernelSource): Kernel {
    this.#assertAlive();
    return this.#kernels.get(source);
  }

  async prepareKernel(source: KernelSource): Promise<Kernel> {
    this.#assertAlive();
    return await this.#kernels.prepare(source);
  }

  /**
   * Loads a kernel from PTX that was made elsewhere: no compiler is needed.
   *
   * @throws DgValidationError for a text that is no PTX, has no such entry or uses what is not implemented.
   */
  kernelFromPtx(ptxText: string, entry: string): Kernel {
    this.#assertAlive();
    return this.#load(entry, ptxText, entry);
  }

  empty<T extends DType>(shape: readonly number[], dtype: T, options?: TensorOptions): Tensor<T> {
    return emptyTensor(this, shape, dtype, options);
  }

  zeros<T extends DType>(shape: readonly number[], dtype: T, options?: TensorOptions): Tensor<T> {
    return zerosTensor(this, shape, dtype, options);
  }

  tensor<T extends DType>(
    data: HostArrayOf[T],
    shape: readonly number[],
    dtype: T,
    options?: TensorOptions,
  ): Tensor<T> {
    return tensorFrom(this, data, shape, dtype, options);
  }

  async synchronize(): Promise<void> {
    this.#assertAlive();
  }

  synchronizeSync(): void {
    this.#assertAlive();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.globalMemory.freeAll();
    this.#onDestroy();
  }

  [disposeSymbol](): void {
    this.destroy();
  }

  #load(name: string, ptxText: string, entry: string): Kernel {
    this.#assertAlive();
    return new SimKernel(this, this.#backend, name, this.#backend.loadProgram(ptxText, entry));
  }

  #assertAlive(): void {
    if (this.#destroyed) {
      throw new DgValidationError(`expected a live device for ${this.name} but received a destroyed one`);
    }
  }
}

function simulatedProperties(multiprocessorCount: number): DeviceProperties {
  return {
    model: 'simulated SM90',
    architecture,
    multiprocessorCount,
    sharedMemoryPerBlockBytes,
    // There is neither a cache nor a clock to speak of.
    l2CacheBytes: 0,
    totalMemoryBytes: totalmem(),
    clockMegahertz: 0,
  };
}
