import type { KernelSource } from '@dg/jit';
import type { DType, HostArrayOf } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import type { DeviceBuffer } from './device-buffer.js';
import type { DeviceProperties } from './device-properties.js';
import type { Kernel } from './kernel.js';
import type { Stream } from './stream.js';

export type DeviceKind = 'cuda' | 'cpu' | 'sim';

export interface BufferDescriptor {
  readonly byteLength: number;
  /** Shown in error messages. */
  readonly label?: string;
}

export interface ForeignPointer {
  /** Device address, owned by somebody else. */
  readonly pointer: bigint;
  readonly byteLength: number;
  /** Kept alive as long as the buffer is. */
  readonly owner: unknown;
  readonly label?: string;
}

export interface TensorOptions {
  readonly label?: string;
  /** Elements; row-major contiguous when left out. Only for `empty`. */
  readonly strides?: readonly number[];
}

/** What every device offers. Obtain one from `requestDevice`. */
export interface DeviceBase {
  readonly kind: DeviceKind;
  /** `cuda:0`, `cpu`, `sim:sm_90a`. */
  readonly name: string;
  readonly properties: DeviceProperties;
  readonly defaultStream: Stream;
  readonly destroyed: boolean;

  createBuffer(descriptor: BufferDescriptor): DeviceBuffer;
  /** A buffer over memory that somebody else owns; destroying it frees nothing. */
  fromPointer(foreign: ForeignPointer): DeviceBuffer;
  createStream(): Stream;

  /** Uninitialised memory. */
  empty<T extends DType>(shape: readonly number[], dtype: T, options?: TensorOptions): Tensor<T>;
  zeros<T extends DType>(shape: readonly number[], dtype: T, options?: TensorOptions): Tensor<T>;
  /** Copies `data` (row-major, one element per code) to a new tensor. Enqueued on the default stream. */
  tensor<T extends DType>(
    data: HostArrayOf[T],
    shape: readonly number[],
    dtype: T,
    options?: TensorOptions,
  ): Tensor<T>;

  /** Resolves when all work queued so far on every stream has finished. Never blocks the event loop. */
  synchronize(): Promise<void>;
  synchronizeSync(): void;
  /** Waits for nothing; memory still in use is freed after its work. Idempotent. */
  destroy(): void;
  [Symbol.dispose](): void;
}

/** A device that computes on host memory, by the reference implementation. */
export interface HostDevice extends DeviceBase {
  readonly kind: 'cpu';
  readonly executesKernels: false;
}

/** A device that loads and launches compiled kernels. */
export interface KernelDevice extends DeviceBase {
  readonly kind: 'cuda' | 'sim';
  readonly executesKernels: true;
  /** Compiles (or reads from the cache) and loads, once per source; blocks when it has to compile. */
  kernel(source: KernelSource): Kernel;
  /** The same off the event loop. */
  prepareKernel(source: KernelSource): Promise<Kernel>;
}

export type Device = HostDevice | KernelDevice;
