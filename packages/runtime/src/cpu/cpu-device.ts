import { cpus, totalmem } from 'node:os';
import { DgValidationError } from '@dg/jit';
import { checkBufferDescriptor } from '../device/check-descriptor.js';
import type { BufferDescriptor, ForeignPointer, HostDevice, TensorOptions } from '../device/device.js';
import type { DeviceBuffer } from '../device/device-buffer.js';
import type { DeviceProperties } from '../device/device-properties.js';
import type { Stream } from '../device/stream.js';
import { disposeSymbol } from '../dispose-symbol.js';
import { emptyTensor, tensorFrom, zerosTensor } from '../tensor/create-tensor.js';
import type { DType, HostArrayOf } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import { HostBuffer } from './host-buffer.js';
import { HostStream } from './host-stream.js';

/** The device that computes on host memory. Work runs at once, on the calling thread. */
export class CpuDevice implements HostDevice {
  readonly kind = 'cpu';
  readonly name = 'cpu';
  readonly executesKernels = false;
  readonly properties: DeviceProperties = hostProperties();
  readonly defaultStream: Stream = new HostStream(this);
  readonly #onDestroy: () => void;
  #destroyed = false;

  /** `onDestroy` is called once, when the device is destroyed. */
  constructor(onDestroy: () => void = () => {}) {
    this.#onDestroy = onDestroy;
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  createBuffer(descriptor: BufferDescriptor): DeviceBuffer {
    this.#assertAlive();
    checkBufferDescriptor(descriptor);
    return new HostBuffer(this, descriptor.byteLength, descriptor.label);
  }

  fromPointer(foreign: ForeignPointer): DeviceBuffer {
    this.#assertAlive();
    throw new DgValidationError(
      `expected a cuda device for fromPointer of ${foreign.label ?? 'buffer'} but received the cpu device, ` +
        'which has no device addresses',
    );
  }

  createStream(): Stream {
    this.#assertAlive();
    return new HostStream(this);
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
    this.#onDestroy();
  }

  [disposeSymbol](): void {
    this.destroy();
  }

  #assertAlive(): void {
    if (this.#destroyed) {
      throw new DgValidationError('expected a live device for cpu but received a destroyed one');
    }
  }
}

function hostProperties(): DeviceProperties {
  const processors = cpus();
  return {
    model: processors[0]?.model ?? 'CPU',
    architecture: undefined,
    // Not processors.length: the reference runs on one thread.
    multiprocessorCount: 1,
    sharedMemoryPerBlockBytes: 0,
    l2CacheBytes: 0,
    totalMemoryBytes: totalmem(),
    clockMegahertz: processors[0]?.speed ?? 0,
  };
}
