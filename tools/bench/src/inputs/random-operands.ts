import { perBlockCastToFp8, perTokenCastToFp8, type ScaledTensor } from '@dg/api';
import { Tensor } from '@dg/runtime';
import type { InputPlace } from '../gemms/gemm-case.js';

/** Standard normal bfloat16. */
export function normalTensor(
  { device, fillNormal }: InputPlace,
  shape: readonly number[],
  seed: number,
): Tensor<'bfloat16'> {
  const tensor = device.empty(shape, 'bfloat16');
  fillNormal(tensor, seed);
  return tensor;
}

/** The same in FP8, [(G,) rows, K], with a scale for each row and 128 of K, as TMA reads them. */
export function tokenScaledTensor(place: InputPlace, shape: readonly number[], seed: number): ScaledTensor {
  const source = normalTensor(place, shape, seed);
  const scaled = perTokenCastToFp8(source, { stream: place.stream });
  source.destroy();
  return scaled;
}

/** The same with a scale for each 128 rows and 128 of K. */
export function blockScaledTensor(place: InputPlace, shape: readonly number[], seed: number): ScaledTensor {
  const source = normalTensor(place, shape, seed);
  const scaled = perBlockCastToFp8(source, { stream: place.stream });
  source.destroy();
  return scaled;
}

/** int32 indices of groups. */
export function indexTensor({ device, stream }: InputPlace, values: readonly number[]): Tensor<'int32'> {
  const indices = device.empty([values.length], 'int32');
  indices.write(Int32Array.from(values), { stream });
  return indices;
}

/**
 * float32 whose upper halves are standard normal bfloat16; what the lower halves hold is only more digits of the
 * mantissa.
 */
export function normalFloat32Tensor(
  place: InputPlace,
  shape: readonly number[],
  seed: number,
): Tensor<'float32'> {
  const halves = normalTensor(place, [...shape, 2], seed);
  return new Tensor({ buffer: halves.buffer, dtype: 'float32', shape });
}
