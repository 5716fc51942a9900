import { alignUp } from '../integer-rounding.js';
import { bytesPerElement, type DType } from '../tensor/dtype.js';
import { spanOf } from '../tensor/strided-layout.js';
import { Tensor } from '../tensor/tensor.js';
import type { Device } from './device.js';
import type { DeviceBuffer } from './device-buffer.js';

/** As far as allocations of the driver are aligned. */
const alignmentBytes = 256;
/** Of one buffer: those of a few kinds of calls. */
const mostViews = 16;
/** A call that is made again gets the same tensors: making them takes time, and so does what has not seen them before. */
const viewsOf = new WeakMap<DeviceBuffer, Tensor[]>();

/** Hands out memory for what a call leaves to its own later kernels: of `kept` while there is room, else new. */
export class Scratch {
  readonly #device: Device;
  readonly #kept: DeviceBuffer | undefined;
  readonly #made: DeviceBuffer[] = [];
  #takenBytes = 0;

  constructor(device: Device, kept?: DeviceBuffer) {
    this.#device = device;
    this.#kept = kept;
  }

  /** What a buffer must have to hold all that was handed out, in bytes. */
  get takenBytes(): number {
    return this.#takenBytes;
  }

  /**
   * Not initialised, and apart from what was handed out before.
   *
   * @param byteLength what may be written from its first element on, where that is more than its elements.
   * @throws DgOutOfMemoryError
   */
  tensor(
    dtype: DType,
    shape: readonly number[],
    strides: readonly number[],
    byteLength = spanOf(shape, strides) * bytesPerElement(dtype),
  ): Tensor {
    const byteOffset = alignUp(this.#takenBytes, alignmentBytes);
    this.#takenBytes = byteOffset + byteLength;
    if (this.#kept !== undefined && this.#takenBytes <= this.#kept.byteLength) {
      return viewOf(this.#kept, dtype, shape, strides, byteOffset);
    }
    const buffer = this.#device.createBuffer({ byteLength, label: 'scratch' });
    this.#made.push(buffer);
    return new Tensor({ buffer, dtype, shape, strides });
  }

  /** To be called once all that uses the memory is queued. */
  destroyMade(): void {
    for (const buffer of this.#made) buffer.destroy();
  }
}

function viewOf(
  buffer: DeviceBuffer,
  dtype: DType,
  shape: readonly number[],
  strides: readonly number[],
  byteOffset: number,
): Tensor {
  const views = viewsOf.get(buffer) ?? [];
  for (const view of views) {
    if (
      view.byteOffset === byteOffset &&
      view.dtype === dtype &&
      isSame(view.shape, shape) &&
      isSame(view.strides, strides)
    ) {
      return view;
    }
  }
  const view = new Tensor({ buffer, dtype, shape, strides, offset: byteOffset / bytesPerElement(dtype) });
  viewsOf.set(buffer, views.length < mostViews ? [...views, view] : [view]);
  return view;
}

function isSame(numbers: readonly number[], others: readonly number[]): boolean {
  for (let index = 0; index < numbers.length; index++) if (numbers[index] !== others[index]) return false;
  return numbers.length === others.length;
}
