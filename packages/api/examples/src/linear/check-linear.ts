import { perBlockCastToFp8, perChannelCastToFp8, perTokenCastToFp8, type ScaledTensor } from '@dg/api';
import { bfloat16ToFloat32Array } from '@dg/layout';
import type { Device, Tensor } from '@dg/runtime';
import { allOf, type Check } from '../check/check.js';
import { diffBelow } from '../check/diff.js';
import { checkFp8Product } from '../check/gemm-check.js';
import { readRows } from '../check/read-rows.js';
import { sameBits } from '../check/same-bits.js';
import { sampleSize, spread } from '../report/sample-size.js';
import { type HostMatrix, hostMatrix, productRows, transposed } from './float64-product.js';
import type { LinearData, LinearLayer } from './linear-layer.js';

/** Of FP8 against the product of what was cast, by the numerics of the library. */
const quantisedDiffLimit = 1e-3;

export interface LinearChecks {
  /** By the names of the steps. */
  readonly steps: ReadonlyMap<string, Check>;
  /** Each product against float64 of the bfloat16 inputs. */
  readonly unquantised: ReadonlyMap<string, Check>;
}

/**
 * Runs one training step again on the `cpu` device: casts as a whole, some rows of each product with what they gave there,
 * and the same rows in float64 from what was cast.
 */
export async function checkLinear(layer: LinearLayer, data: LinearData, cpu: Device): Promise<LinearChecks> {
  const onCpu = {
    x: cpu.tensor(data.x, layer.x.shape, 'bfloat16'),
    w: cpu.tensor(data.w, layer.w.shape, 'bfloat16'),
    dy: cpu.tensor(data.dy, layer.dy.shape, 'bfloat16'),
  };
  const operands = {
    xByToken: perTokenCastToFp8(onCpu.x),
    wByBlock: perBlockCastToFp8(onCpu.w),
    dyByToken: perTokenCastToFp8(onCpu.dy),
    dyByChannel: perChannelCastToFp8(onCpu.dy),
    xByChannel: perChannelCastToFp8(onCpu.x),
  };
  const { tokens, inputs, outputs } = layer.shape;
  const x = hostMatrix(bfloat16ToFloat32Array(data.x), tokens, inputs);
  const w = hostMatrix(bfloat16ToFloat32Array(data.w), outputs, inputs);
  const dy = hostMatrix(bfloat16ToFloat32Array(data.dy), tokens, outputs);
  const forward = await checkProduct({
    d: layer.y,
    a: operands.xByToken,
    b: operands.wByBlock,
    castFrom: [x, transposed(w)],
  });
  const inputGradient = await checkProduct({
    d: layer.dx,
    a: operands.dyByToken,
    b: transposedOf(operands.wByBlock),
    castFrom: [dy, w],
  });
  const weightGradient = await checkProduct({
    d: layer.dw,
    a: transposedOf(operands.dyByChannel),
    b: transposedOf(operands.xByChannel),
    castFrom: [transposed(dy), x],
    c: data.dw,
  });
  return {
    steps: new Map([
      ['cast x by token', await checkCast(layer.xByToken, operands.xByToken)],
      ['cast W by block', await checkCast(layer.wByBlock, operands.wByBlock)],
      ['y = x W^T', forward.onCpu],
      ['cast dy by token', await checkCast(layer.dyByToken, operands.dyByToken)],
      ['dx = dy W', inputGradient.onCpu],
      ['cast dy by channel', await checkCast(layer.dyByChannel, operands.dyByChannel)],
      ['cast x by channel', await checkCast(layer.xByChannel, operands.xByChannel)],
      ['dW += dy^T x', weightGradient.onCpu],
    ]),
    unquantised: new Map([
      ['y', forward.inFloat64],
      ['dx', inputGradient.inFloat64],
      ['dW', weightGradient.inFloat64],
    ]),
  };
}

async function checkCast(actual: ScaledTensor, expected: ScaledTensor): Promise<Check> {
  const checks = [
    sameBits(await actual.data.read(), await expected.data.read()),
    sameBits(await actual.scales.read(), await expected.scales.read()),
  ];
  return allOf(checks, 'same bits');
}

/** D = C + A·Bᵀ, made by the device of D. */
interface Product {
  readonly d: Tensor<'bfloat16' | 'float32'>;
  /** On the `cpu` device, as views in NT. */
  readonly a: ScaledTensor;
  readonly b: ScaledTensor;
  /** A and Bᵀ before they were cast. */
  readonly castFrom: readonly [HostMatrix, HostMatrix];
  readonly c?: Float32Array;
}

/** Holds some rows of D against the `cpu` device, and what they have more than C against float64. */
async function checkProduct({ d, a, b, castFrom, c }: Product) {
  const [m, n] = d.shape as [number, number];
  const [left, right] = castFrom;
  const rows = spread(sampleSize(n * left.columns, m), m);
  const before = c === undefined ? new Float32Array(rows.length * n) : takeRows(c, rows, n);
  const after = await readRows(d, rows);
  const values = after instanceof Uint16Array ? bfloat16ToFloat32Array(after) : after;
  const product = values.map((value, i) => value - before[i]!);
  return {
    onCpu: checkFp8Product(after, rowsOf(a, rows), b, d.device, before),
    inFloat64: diffBelow(product, productRows(left, right, rows), quantisedDiffLimit),
  };
}

function takeRows(matrix: Float32Array, rows: readonly number[], columns: number): Float32Array {
  const taken = new Float32Array(rows.length * columns);
  for (const [place, row] of rows.entries()) {
    taken.set(matrix.subarray(row * columns, (row + 1) * columns), place * columns);
  }
  return taken;
}

/** A compact copy of some rows of an operand on the `cpu` device. */
function rowsOf({ data, scales }: ScaledTensor, rows: readonly number[]): ScaledTensor {
  return { data: gather(data, rows), scales: gather(scales, rows) };
}

function gather<T extends 'float8_e4m3fn' | 'float32'>(
  tensor: Tensor<T>,
  rows: readonly number[],
): Tensor<T> {
  const columns = tensor.shape[1]!;
  const copy = tensor.device.empty([rows.length, columns], tensor.dtype);
  rows.forEach((row, place) => {
    copy.slice(0, place, place + 1).write(tensor.slice(0, row, row + 1).readSync());
  });
  return copy;
}

function transposedOf({ data, scales }: ScaledTensor): ScaledTensor {
  return { data: data.transpose(), scales: scales.transpose() };
}
