import { DgValidationError } from '@dg/jit';
import type { Device, TensorOptions } from '../device/device.js';
import { bytesPerElement, type DType, type HostArrayOf, isDType } from './dtype.js';
import { checkHostArray } from './host-arrays.js';
import { checkShape, checkStrides, contiguousStrides, elementCountOf, spanOf } from './strided-layout.js';
import { Tensor } from './tensor.js';

/**
 * A tensor in a new buffer that just holds it; the memory is not initialised.
 *
 * @throws DgValidationError for a bad shape, dtype or strides; DgOutOfMemoryError.
 */
export function emptyTensor<T extends DType>(
  device: Device,
  shape: readonly number[],
  dtype: T,
  options: TensorOptions = {},
): Tensor<T> {
  const where = options.label ?? 'tensor';
  if (!isDType(dtype)) {
    throw new DgValidationError(`expected a dtype for dtype of ${where} but received ${String(dtype)}`);
  }
  checkShape(shape, where);
  const strides = options.strides ?? contiguousStrides(shape);
  checkStrides(strides, shape.length, where);
  const label = options.label === undefined ? {} : { label: options.label };
  const byteLength = spanOf(shape, strides) * bytesPerElement(dtype);
  const buffer = device.createBuffer({ byteLength, ...label });
  return new Tensor({ buffer, dtype, shape, strides, ...label });
}

/** A tensor of zeros, row-major. The fill is enqueued on the default stream. */
export function zerosTensor<T extends DType>(
  device: Device,
  shape: readonly number[],
  dtype: T,
  options: TensorOptions = {},
): Tensor<T> {
  const tensor = emptyTensor(device, shape, dtype, withoutStrides(options));
  tensor.fillZero();
  return tensor;
}

/** A tensor with the contents of `data`, row-major. The copy is enqueued on the default stream. */
export function tensorFrom<T extends DType>(
  device: Device,
  data: HostArrayOf[T],
  shape: readonly number[],
  dtype: T,
  options: TensorOptions = {},
): Tensor<T> {
  const where = options.label ?? 'tensor';
  if (!isDType(dtype)) {
    throw new DgValidationError(`expected a dtype for dtype of ${where} but received ${String(dtype)}`);
  }
  checkShape(shape, where);
  checkHostArray(data, dtype, elementCountOf(shape), where);
  const tensor = emptyTensor(device, shape, dtype, withoutStrides(options));
  tensor.write(data);
  return tensor;
}

function withoutStrides(options: TensorOptions): TensorOptions {
  if (options.strides !== undefined) {
    throw new DgValidationError(
      `expected strides only for empty() but received [${options.strides.join(', ')}] for ${options.label ?? 'tensor'}`,
    );
  }
  return options;
}
