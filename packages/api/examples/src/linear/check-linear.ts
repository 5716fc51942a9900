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
 * Runs one training step again on the `cpu` device: casts as a whole, some rows of each product with the operands that the
 * other device made, and the same rows in float64 from what was cast.
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
  const { device } = layer.x;

  const forward = await checkProduct(device, layer.y, operands.xByToken, operands.wByBlock, x, transposed(w));
  const wTransposed = transposedOf(operands.wByBlock);
  const inputGradient = await checkProduct(device, layer.dx, operands.dyByToken, wTransposed, dy, w);
  const [dyTransposed, xTransposed] = [transposedOf(operands.dyByChannel), transposedOf(operands.xByChannel)];
  const weightGradient = await checkProduct(
    device,
    layer.dw,
    dyTransposed,
    xTransposed,
    transposed(dy),
    x,
    data.dw,
  );
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

/**
 * Some rows of D = C + A·Bᵀ, with A and B as views in NT.
 *
 * @param left, right what A and B were cast from, so that D - C is about left · right.
 */
async function checkProduct(
  device: Device,
  d: Tensor<'bfloat16' | 'float32'>,
  a: ScaledTensor,
  b: ScaledTensor,
  left: HostMatrix,
  right: HostMatrix,
  c?: Float32Array,
): Promise<{ readonly onCpu: Check; readonly inFloat64: Check }> {
  const [m, n] = d.shape as [number, number];
  const rows = spread(sampleSize(n * left.columns, m), m);
  const read = await readRows(d, rows);
  const before = new Float32Array(rows.length * n);
  if (c !== undefined)
    rows.forEach((row, place) => before.set(c.subarray(row * n, (row + 1) * n), place * n));

  const values = read instanceof Uint16Array ? bfloat16ToFloat32Array(read) : read;
  const product = values.map((value, i) => value - before[i]!);
  return {
    onCpu: checkFp8Product(read, rowsOf(a, rows), b, device, before),
    inFloat64: diffBelow(product, productRows(left, right, rows), quantisedDiffLimit),
  };
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
