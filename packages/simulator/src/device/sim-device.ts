import { totalmem } from 'node:os';
import { createCompiler } from '@dg/jit';
import {
  type BufferDescriptor,
  checkBufferDescriptor,
  type DeviceBuffer,
  DeviceOnHost,
  type DeviceProperties,
  DgValidationError,
  type ForeignPointer,
  HostBuffer,
  HostStream,
  type Kernel,
  KernelCache,
  type KernelDevice,
  type KernelSource,
  type Stream,
} from '@dg/runtime';
import { GlobalMemory } from '../memory/global-memory.js';
import { compilerOfPtx } from './compiler-of-ptx.js';
import type { SimBackend } from './sim-backend.js';
import { SimKernel } from './sim-kernel.js';
import { SimStorage } from './sim-storage.js';
import {
  type ExecutionOptions,
  resolveExecutionOptions,
  resolveMultiprocessorCount,
  type SimulatorOptions,
} from './simulator-options.js';

const architecture = 'sm_90a';
/** What a block may have on SM90: 227 KiB. */
const sharedMemoryPerBlockBytes = 232_448;

/** A device that executes the PTX of kernels on the CPU. Work runs at once, on the calling thread. */
export class SimDevice extends DeviceOnHost implements KernelDevice {
  readonly kind = 'sim';
  readonly name = `sim:${architecture}`;
  readonly executesKernels = true;
  readonly properties: DeviceProperties;
  readonly defaultStream: Stream = new HostStream(this);
  readonly globalMemory: GlobalMemory;
  readonly executionOptions: ExecutionOptions;
  readonly #backend: SimBackend;
  readonly #kernels: KernelCache;

  /**
   * `onDestroy` is called once, when the device is destroyed.
   *
   * @throws DgValidationError for an option or a `DG_SIM_SEED` that cannot be.
   */
  constructor(backend: SimBackend, options: SimulatorOptions = {}, onDestroy: () => void = () => {}) {
    super(onDestroy);
    this.executionOptions = resolveExecutionOptions(options);
    this.properties = simulatedProperties(resolveMultiprocessorCount(options));
    this.globalMemory = new GlobalMemory({ trackInitialised: options.trackGlobalMemory });
    this.#backend = backend;
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

  createBuffer(descriptor: BufferDescriptor): DeviceBuffer {
    this.assertAlive();
    checkBufferDescriptor(descriptor);
    const { globalMemory } = this;
    const { byteLength, label } = descriptor;
    const allocation = globalMemory.allocate(byteLength, label);
    const storage = new SimStorage(allocation, 0, byteLength, () => globalMemory.free(allocation));
    return new HostBuffer(this, storage, label);
  }

  /** Throws DgValidationError unless the range lies within one live buffer of this device. */
  fromPointer(foreign: ForeignPointer): DeviceBuffer {
    this.assertAlive();
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
    const storage = new SimStorage(allocation, address - allocation.address, byteLength, () => {}, owner);
    return new HostBuffer(this, storage, label);
  }

  createStream(): Stream {
    this.assertAlive();
    return new HostStream(this);
  }

  kernel(source: KernelSource): Kernel {
    this.assertAlive();
    return this.#kernels.get(source);
  }

  async prepareKernel(source: KernelSource): Promise<Kernel> {
    this.assertAlive();
    return await this.#kernels.prepare(source);
  }

  /**
   * Loads a kernel from PTX that was made elsewhere: no compiler is needed.
   *
   * @throws DgValidationError for a text that is no PTX, has no such entry or uses what is not implemented.
   */
  kernelFromPtx(ptxText: string, entry: string): Kernel {
    this.assertAlive();
    return this.#load(entry, ptxText, entry);
  }

  override destroy(): void {
    this.globalMemory.freeAll();
    super.destroy();
  }

  #load(name: string, ptxText: string, entry: string): Kernel {
    this.assertAlive();
    return new SimKernel(this, this.#backend, name, this.#backend.loadProgram(ptxText, entry));
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
