import type { Device, Tensor } from '@dg/runtime';
import {
  bfloat16ToFloat32,
  expectEqual,
  expectSameBits,
  float32ToBfloat16,
  guardedTensor,
  randomMatrix,
  type SeededRandom,
  withPoisonedBuffers,
} from '@dg/testing';
import type { ScaledTensor, ScaleType } from '../../src/index.js';
import { castOracle } from '../oracle/cast-oracle.js';
import { packOracle } from '../oracle/pack-oracle.js';
import { type CastCase, castGroup, casts } from './cast-case.js';

/**
 * Casts drawn numbers and compares codes and scales with the oracle, bit by bit; also strides and the zeros of padding of
 * new tensors, the guards around given ones, and that the input stays as it was.
 */
export async function checkCast(device: Device, test: CastCase, random: SeededRandom): Promise<void> {
  const input = inputOf(test, random);
  const pitch = test.columns + test.gap;
  const x = guardedTensor(device, shapeOf(test, [test.rows, test.columns]), test.dtype, {
    strides: shapeStrides(test, test.rows * pitch + test.gap, [pitch, 1]),
    guardBytes: test.guardBytes,
  });
  x.tensor.write(input.host as never);
  const before = await x.tensor.buffer.read();

  const expected = expectedOf(test, input.values);
  if (test.output === 'out') await expectCastInto(device, test, x.tensor, expected);
  else await expectCast(device, test, x.tensor, expected);

  expectSameBits(await x.tensor.buffer.read(), before, { name: 'buffer of x' });
  x.destroy();
}

type Matrix = readonly [number, number];

function shapeOf({ batches }: CastCase, matrix: Matrix): number[] {
  return batches === undefined ? [...matrix] : [batches, ...matrix];
}

function shapeStrides({ batches }: CastCase, batchStride: number, matrix: Matrix): number[] {
  return batches === undefined ? [...matrix] : [batchStride, ...matrix];
}

function inputOf({ batches, rows, columns, dtype, distribution }: CastCase, random: SeededRandom) {
  const values = randomMatrix(random, (batches ?? 1) * rows, columns, distribution);
  if (dtype === 'float32') return { host: values, values };
  const host = float32ToBfloat16(values);
  return { host, values: bfloat16ToFloat32(host) };
}

interface Expected {
  readonly codes: Uint8Array;
  readonly scales: Float32Array | Int32Array;
}

/** Each matrix of a batch on its own. */
function expectedOf(test: CastCase, values: Float32Array): Expected {
  const { rows, columns, ue8m0, packed } = test;
  const [groupRows, groupColumns] = castGroup(test);
  const matrices = Array.from({ length: test.batches ?? 1 }, (_, batch) => {
    const matrix = values.subarray(batch * rows * columns, (batch + 1) * rows * columns);
    return castOracle({ values: matrix, rows, columns, groupRows, groupColumns, ue8m0 });
  });
  const codes = Uint8Array.from(matrices.flatMap((matrix) => [...matrix.codes]));
  if (!packed) return { codes, scales: Float32Array.from(matrices.flatMap(({ scales }) => [...scales])) };
  return {
    codes,
    scales: Int32Array.from(matrices.flatMap(({ scales }) => [...packedScales(test, scales)])),
  };
}

/** Per block a code for each row; per channel K runs along the rows. */
function packedScales(test: CastCase, scales: Float32Array): Int32Array {
  const [groupRows, groupColumns] = castGroup(test);
  const columns = Math.ceil(test.columns / groupColumns);
  if (test.kind !== 'channel') {
    return packOracle(test.rows, columns, (row, k) => scales[Math.floor(row / groupRows) * columns + k]!);
  }
  const sfK = Math.ceil(test.rows / groupRows);
  const words = Math.ceil(sfK / 4);
  const byColumn = packOracle(columns, sfK, (column, k) => scales[k * columns + column]!);
  return Int32Array.from({ length: words * columns }, (_, index) => {
    return byColumn[(index % columns) * words + Math.floor(index / columns)]!;
  });
}

function scaleShapeOf(test: CastCase): Matrix {
  const [groupRows, groupColumns] = castGroup(test);
  const [rows, columns] = [Math.ceil(test.rows / groupRows), Math.ceil(test.columns / groupColumns)];
  if (!test.packed) return [rows, columns];
  if (test.kind === 'channel') return [Math.ceil(rows / 4), columns];
  return [test.rows, Math.ceil(columns / 4)];
}

async function expectCast(device: Device, test: CastCase, x: Tensor, expected: Expected): Promise<void> {
  const { cast, mnDimension, defaultLayout } = casts[test.kind];
  const layout = test.output === 'out' ? undefined : test.output;
  const result = withPoisonedBuffers(device, () => {
    const { granularity, ue8m0 } = test;
    if (test.packed) return cast(x, { granularity, packed: true });
    return cast(x, { granularity, ue8m0, ...(layout === undefined ? {} : { scaleLayout: layout }) });
  });
  await expectResult(test, result, expected);

  const batches = test.batches ?? 1;
  const pitch = Math.ceil(test.columns / 16) * 16;
  expectEqual(result.data.strides, shapeStrides(test, test.rows * pitch, [pitch, 1]), 'strides of data');
  const data = await result.data.buffer.read();
  const dataPadded = [test.rows, pitch] as const;
  expectZerosBeyond(data, batches, dataPadded, [test.rows, test.columns], [pitch, 1], 'data');

  const [rows, columns] = scaleShapeOf(test);
  const aligned = (size: number) => Math.ceil(size / 4) * 4;
  const tmaAligned = test.packed || (layout ?? defaultLayout) === 'mn-major-tma-aligned';
  const mnMajor = tmaAligned && mnDimension === 0;
  const padded = [
    mnMajor ? aligned(rows) : rows,
    tmaAligned && mnDimension === 1 ? aligned(columns) : columns,
  ] as const;
  const strides = mnMajor ? ([1, padded[0]] as const) : ([padded[1], 1] as const);
  const scaleStrides = shapeStrides(test, padded[0] * padded[1], strides);
  expectEqual(result.scales.strides, scaleStrides, 'strides of scales');
  const scales = new Uint32Array((await result.scales.buffer.read()).buffer);
  expectZerosBeyond(scales, batches, padded, [rows, columns], strides, 'scales');
  result.data.destroy();
  result.scales.destroy();
}

async function expectCastInto(device: Device, test: CastCase, x: Tensor, expected: Expected): Promise<void> {
  const { granularity, ue8m0, outGap, guardBytes } = test;
  const scaleShape = scaleShapeOf(test);
  const pitch = test.columns + outGap;
  const data = guardedTensor(device, shapeOf(test, [test.rows, test.columns]), 'float8_e4m3fn', {
    strides: shapeStrides(test, test.rows * pitch + outGap, [pitch, 1]),
    guardBytes,
  });
  // An odd gap gives row-major scales, an even one column-major: out takes both.
  const strides =
    outGap % 2 === 1
      ? ([scaleShape[1] + outGap, 1] as const)
      : ([1, Math.max(1, scaleShape[0]) + outGap] as const);
  const scales = guardedTensor(device, shapeOf(test, scaleShape), test.packed ? 'int32' : 'float32', {
    strides: shapeStrides(
      test,
      Math.max(strides[0] * scaleShape[0], strides[1] * scaleShape[1]) + outGap,
      strides,
    ),
    guardBytes,
  });
  const out = { data: data.tensor, scales: scales.tensor };

  const { cast } = casts[test.kind];
  const result = test.packed
    ? cast(x, { granularity, packed: true, out: out as ScaledTensor<'int32'> })
    : cast(x, { granularity, ue8m0, out: out as ScaledTensor });
  expectEqual(result.data === out.data && result.scales === out.scales, true, 'the given out as the result');
  await expectResult(test, result, expected);
  await data.expectGuardsIntact();
  await scales.expectGuardsIntact();
  data.destroy();
  scales.destroy();
}

async function expectResult(
  test: CastCase,
  result: ScaledTensor<ScaleType>,
  expected: Expected,
): Promise<void> {
  expectEqual(result.data.shape, shapeOf(test, [test.rows, test.columns]), 'shape of data');
  expectEqual(result.scales.shape, shapeOf(test, scaleShapeOf(test)), 'shape of scales');
  expectEqual(result.scales.dtype, test.packed ? 'int32' : 'float32', 'dtype of scales');
  expectSameBits(await result.scales.read(), expected.scales, { name: 'scales', shape: result.scales.shape });
  expectSameBits(await result.data.read(), expected.codes, { name: 'data', shape: result.data.shape });
}

/** Every entry of the padded extents outside the logical ones is zero. */
function expectZerosBeyond(
  memory: ArrayLike<number>,
  batches: number,
  padded: Matrix,
  logical: Matrix,
  strides: Matrix,
  name: string,
): void {
  const matrixElements = padded[0] * padded[1];
  expectEqual(memory.length, batches * matrixElements, `elements of the buffer of ${name}`);
  for (let batch = 0; batch < batches; batch++) {
    for (let row = 0; row < padded[0]; row++) {
      for (let column = row < logical[0] ? logical[1] : 0; column < padded[1]; column++) {
        const value = memory[batch * matrixElements + row * strides[0] + column * strides[1]]!;
        if (value !== 0) expectEqual(value, 0, `padding of ${name} at [${batch}, ${row}, ${column}]`);
      }
    }
  }
}
