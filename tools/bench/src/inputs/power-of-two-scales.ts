import type { Tensor } from '@dg/runtime';
import type { InputPlace } from '../gemms/gemm-case.js';

const exponents = 31;
const lowestExponent = -15;
/** Coprime with the number of exponents: neighbours in every direction differ. */
const step = 7;

/** Row-major float32 scales that are powers of two, so that each has a ue8m0 code. */
export function powerOfTwoScales(
  { device, stream }: InputPlace,
  shape: readonly number[],
  seed: number,
): Tensor<'float32'> {
  const scales = device.empty(shape, 'float32');
  const period = Float32Array.from(
    { length: exponents },
    (_, index) => 2 ** ((((index + seed) * step) % exponents) + lowestExponent),
  );
  scales.write(repeated(period, scales.elementCount), { stream });
  return scales;
}

/** By copying what is there already: tens of millions of numbers, made one by one, would take seconds. */
function repeated(period: Float32Array, length: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length);
  values.set(period.subarray(0, length));
  for (let filled = period.length; filled < length; filled *= 2) values.copyWithin(filled, 0, filled);
  return values;
}
