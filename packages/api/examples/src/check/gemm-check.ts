import { bf16GemmNt, fp8GemmNt, type ScaledTensor } from '@dg/api';
import { bfloat16ToFloat32Array } from '@dg/layout';
import type { Device, Tensor } from '@dg/runtime';
import { hostElements } from '../operations/operation.js';
import type { Check } from './check.js';
import { spacingAt } from './spacing.js';
import { withinBound } from './within-bound.js';

/**
 * What a sum may be off by, as a share of Σ|a·b|. Between a Hopper GPU and the reference lies the accumulator of its FP8
 * tensor cores, which keeps 13 bits below the largest product: 1.1e-3 is the most that was measured on an H200.
 */
const fp8EpsilonOnGpu = 2e-3;
/** Tensor cores truncate when they add 16 products of bfloat16 to a float32, by less than one unit in its last place. */
const bf16ProductsPerSum = 16;
const lostPerSum = 2 ** -23;
const epsilonElsewhere = 1e-6;
const spacingsAllowed = 2;

/**
 * Holds D, made by `device`, against C + A·Bᵀ on the `cpu` device, where the operands lie, element by element.
 *
 * @param c nothing is added when it is left out.
 */
export function checkFp8Product(
  d: Float32Array | Uint16Array,
  a: ScaledTensor,
  b: ScaledTensor,
  device: Device,
  c: Float32Array = new Float32Array(d.length),
): Check {
  const multiplyAdd = (x: ScaledTensor, y: ScaledTensor, z: Float32Array<ArrayBuffer>) => {
    const sum = a.data.device.tensor(z, [x.data.shape[0]!, y.data.shape[0]!], 'float32');
    fp8GemmNt(x, y, sum, { c: sum });
    return sum;
  };
  const epsilon = device.kind === 'cuda' ? fp8EpsilonOnGpu : epsilonElsewhere;
  const magnitudes = multiplyAdd(withoutSigns(a), withoutSigns(b), c.map(Math.abs));
  return checkProduct(d, multiplyAdd(a, b, Float32Array.from(c)), magnitudes, epsilon);
}

/** As `checkFp8Product`, for bfloat16 operands and D in float32. */
export function checkBf16Product(
  d: Float32Array,
  a: Tensor<'bfloat16'>,
  b: Tensor<'bfloat16'>,
  device: Device,
): Check {
  const multiply = (x: Tensor, y: Tensor) => {
    const product = a.device.empty([x.shape[0]!, y.shape[0]!], 'float32');
    bf16GemmNt(x, y, product);
    return product;
  };
  const magnitudes = multiply(magnitudeOf(a, 0x7fff7fff), magnitudeOf(b, 0x7fff7fff));
  const lostOnGpu = device.kind === 'cuda' ? (a.shape[1]! / bf16ProductsPerSum) * lostPerSum : 0;
  return checkProduct(d, multiply(a, b), magnitudes, epsilonElsewhere + lostOnGpu);
}

function checkProduct(
  d: Float32Array | Uint16Array,
  product: Tensor<'float32'>,
  magnitudes: Tensor<'float32'>,
  epsilon: number,
): Check {
  const format = d instanceof Uint16Array ? 'bfloat16' : 'float32';
  const actual = d instanceof Uint16Array ? bfloat16ToFloat32Array(d) : d;
  const expected = hostElements(product);
  const sums = hostElements(magnitudes);
  return withinBound(
    actual,
    expected,
    (i) => spacingsAllowed * spacingAt(expected[i]!, format) + epsilon * sums[i]!,
  );
}

function withoutSigns({ data, scales }: ScaledTensor): ScaledTensor {
  return { data: magnitudeOf(data, 0x7f7f7f7f), scales };
}

/** A copy without the signs, which are the first bits of the codes; `mask` is for four bytes at once. */
function magnitudeOf<T extends 'bfloat16' | 'float8_e4m3fn'>(tensor: Tensor<T>, mask: number): Tensor<T> {
  const codes = tensor.readSync();
  // Rows are multiples of 16 bytes long.
  const words = new Uint32Array(codes.buffer, codes.byteOffset, codes.byteLength / 4);
  for (let i = 0; i < words.length; i++) words[i]! &= mask;
  return tensor.device.tensor(codes, tensor.shape, tensor.dtype);
}
