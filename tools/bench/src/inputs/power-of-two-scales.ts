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
  const values = Float32Array.from(
    { length: scales.elementCount },
    (_, index) => 2 ** (((index + seed) * step) % exponents) * 2 ** lowestExponent,
  );
  scales.write(values, { stream });
  return scales;
}
