import { createCompiler, DgValidationError, type Environment, type KernelSource, type Logger } from '@dg/jit';
import { checkBufferDescriptor } from '../device/check-descriptor.js';
import type { BufferDescriptor, ForeignPointer, KernelDevice, TensorOptions } from '../device/device.js';
import type { DeviceBuffer } from '../device/device-buffer.js';
import type { DeviceProperties } from '../device/device-properties.js';
import type { Kernel } from '../device/kernel.js';
import type { Stream } from '../device/stream.js';
import { disposeSymbol } from '../dispose-symbol.js';
import type { NativeBinding } from '../native/binding.js';
import { emptyTensor, tensorFrom, zerosTensor } from '../tensor/create-tensor.js';
import type { DType, HostArrayOf } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import { CudaBuffer } from './cuda-buffer.js';
import { CudaContext } from './cuda-context.js';
import { CudaKernel } from './cuda-kernel.js';
import { cudaProperties } from './cuda-properties.js';
import { CudaStream } from './cuda-stream.js';
import { KernelCache } from './kernel-cache.js';
import type { KernelCompiler } from './kernel-compiler.js';
import { LaunchEncoder } from './launch-encoder.js';
import { LoadReporter } from './load-reporter.js';
import { waitForQueue } from './wait-for-queue.js';

export interface CudaDeviceOptions {
  /** Default: `createCompiler` of @dg/jit. */
  readonly compiler?: KernelCompiler | undefined;
  /** Default: stderr, at the level of `DG_LOG`. */
  readonly logger?: Logger | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
  /** Called once, when the device is destroyed. */
  readonly onDestroy?: (() => void) | undefined;
}

/** One GPU, through the CUDA driver. */
export class CudaDevice implements KernelDevice {
  readonly kind = 'cuda';
  readonly name: string;
  readonly executesKernels = true;
  readonly properties: DeviceProperties;
  readonly defaultStream: CudaStream;
  readonly #context: CudaContext;
  readonly #kernels: KernelCache;
  readonly #onDestroy: () => void;

  /**
   * Throws DgDriverError when the device's context cannot be had, DgValidationError when an environment variable has a
   * value it cannot have. `binding` must be open.
   */
  constructor(binding: NativeBinding, ordinal: number, options: CudaDeviceOptions = {}) {
    this.name = `cuda:${ordinal}`;
    this.properties = cudaProperties(binding.deviceProperties(ordinal));
    this.#onDestroy = options.onDestroy ?? (() => {});
    const { logger, env } = options;
    const reporter = new LoadReporter({ logger, env });
    const context = new CudaContext(binding, ordinal, this.name);
    this.#context = context;
    try {
      this.defaultStream = new CudaStream(this, context);
    } catch (error) {
      context.destroy();
      throw error;
    }
    const encoder = new LaunchEncoder(this);
    let compiler = options.compiler;
    this.#kernels = new KernelCache(
      this.properties.architecture!,
      () => {
        compiler ??= createCompiler({ logger, env });
        return compiler;
      },
      ({ name, entry }, image, facts) => {
        context.assertUsable();
        return reporter.run({ name, entry, device: this.name, ...facts }, () => {
          const handle = context.driver.kernelLoad(context.handle, image, entry);
          return new CudaKernel(this, context, encoder, name, handle);
        });
      },
    );
  }

  get destroyed(): boolean {
    return this.#context.destroyed;
  }

  createBuffer(descriptor: BufferDescriptor): DeviceBuffer {
    this.#context.assertUsable();
    checkBufferDescriptor(descriptor);
    const storage = this.#context.memory.allocate(descriptor.byteLength);
    return new CudaBuffer(this, this.#context, storage, descriptor.label);
  }

  fromPointer(foreign: ForeignPointer): DeviceBuffer {
    this.#context.assertUsable();
    checkBufferDescriptor(foreign);
    const address = Number(foreign.pointer);
    if (
      !Number.isSafeInteger(address + foreign.byteLength) ||
      address < 0 ||
      (address === 0 && foreign.byteLength > 0)
    ) {
      throw new DgValidationError(
        `expected a device address above 0 and below 2^53 for pointer of ${foreign.label ?? 'buffer'} ` +
          `but received ${foreign.pointer}`,
      );
    }
    const storage = this.#context.memory.adopt(address, foreign.byteLength, foreign.owner);
    return new CudaBuffer(this, this.#context, storage, foreign.label);
  }

  createStream(): Stream {
    this.#context.assertUsable();
    return new CudaStream(this, this.#context);
  }

  kernel(source: KernelSource): Kernel {
    this.#context.assertUsable();
    return this.#kernels.get(source);
  }

  async prepareKernel(source: KernelSource): Promise<Kernel> {
    this.#context.assertUsable();
    return await this.#kernels.prepare(source);
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
    this.#context.assertUsable();
    const { queues } = this.#context.memory;
    for (const queue of queues) queue.assertNotCapturing('synchronize of the device');
    await Promise.all(queues.map((queue) => waitForQueue(this.#context, queue)));
  }

  synchronizeSync(): void {
    this.#context.assertUsable();
    const { driver, memory } = this.#context;
    for (const queue of memory.queues) queue.assertNotCapturing('synchronizeSync of the device');
    for (const queue of memory.queues) driver.streamSynchronize(queue.handle);
  }

  destroy(): void {
    if (this.destroyed) return;
    for (const queue of this.#context.memory.queues) queue.assertNotCapturing(`destroy of ${this.name}`);
    this.#context.destroy();
    this.#onDestroy();
  }

  [disposeSymbol](): void {
    this.destroy();
  }
}
