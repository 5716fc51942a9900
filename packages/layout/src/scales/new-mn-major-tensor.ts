import { bytesPerElement, type Device, type DType, Tensor } from '@dg/runtime';
import { getTmaAlignedSize } from './tma-alignment.js';

/** Types of scales: float32, and four ue8m0 codes in an int32. */
export type ScaleType = 'float32' | 'int32';

/** mn rounded up so that a column of scales is a multiple of 16 bytes. */
export function alignedScaleRows(mn: number): number {
  return getTmaAlignedSize(mn, bytesPerElement('float32'));
}

/**
 * A new tensor [(G,) mn, k], MN-major and TMA-aligned. `fill` enqueues what writes it, padding included; it is not
 * called when there are no elements, and when it throws the memory is given back.
 */
export function newMnMajorTensor<T extends ScaleType>(
  device: Device,
  dtype: T,
  shape: readonly number[],
  fill: (destination: Tensor<T>) => void,
): Tensor<T> {
  const buffer = device.createBuffer({ byteLength: mnMajorTensorBytes(dtype, shape) });
  const destination = new Tensor({ buffer, dtype, shape, strides: mnMajorStrides(shape) });
  if (destination.elementCount === 0) return destination;
  try {
    fill(destination);
  } catch (error) {
    buffer.destroy();
    throw error;
  }
  return destination;
}

/** Padding included. */
export function mnMajorTensorBytes(dtype: DType, shape: readonly number[]): number {
  const batches = shape.length === 3 ? shape[0]! : 1;
  return batches * alignedScaleRows(shape.at(-2)!) * shape.at(-1)! * bytesPerElement(dtype);
}

/** Of a tensor [(G,) mn, k], MN-major and TMA-aligned. */
export function mnMajorStrides(shape: readonly number[]): number[] {
  const alignedMn = alignedScaleRows(shape.at(-2)!);
  return shape.length === 3 ? [alignedMn * shape[2]!, 1, alignedMn] : [1, alignedMn];
}
