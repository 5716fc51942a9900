import { DgValidationError } from '@dg/jit';
import type { Device, TensorOptions } from '../device/device.js';
import { disposeSymbol } from '../dispose-symbol.js';
import { emptyTensor, tensorFrom, zerosTensor } from '../tensor/create-tensor.js';
import type { DType, HostArrayOf } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * What devices have in common that run work at once, on the calling thread. Tensors need a whole device, which only a
 * class that extends this one is: hence the type of their `this`.
 */
export abstract class DeviceOnHost {
  abstract readonly name: string;
  readonly #onDestroy: () => void;
  #destroyed = false;

  /** `onDestroy` is called once, when the device is destroyed. */
  constructor(onDestroy: () => void) {
    this.#onDestroy = onDestroy;
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  empty<T extends DType>(
    this: Device,
    shape: readonly number[],
    dtype: T,
    options?: TensorOptions,
  ): Tensor<T> {
    return emptyTensor(this, shape, dtype, options);
  }

  zeros<T extends DType>(
    this: Device,
    shape: readonly number[],
    dtype: T,
    options?: TensorOptions,
  ): Tensor<T> {
    return zerosTensor(this, shape, dtype, options);
  }

  tensor<T extends DType>(
    this: Device,
    data: HostArrayOf[T],
    shape: readonly number[],
    dtype: T,
    options?: TensorOptions,
  ): Tensor<T> {
    return tensorFrom(this, data, shape, dtype, options);
  }

  async synchronize(): Promise<void> {
    this.assertAlive();
  }

  synchronizeSync(): void {
    this.assertAlive();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#onDestroy();
  }

  [disposeSymbol](): void {
    this.destroy();
  }

  protected assertAlive(): void {
    if (this.#destroyed) {
      throw new DgValidationError(`expected a live device for ${this.name} but received a destroyed one`);
    }
  }
}
