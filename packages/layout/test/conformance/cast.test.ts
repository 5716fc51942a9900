import { bytesPerElement, type Device, type Tensor } from '@dg/runtime';
import {
  bfloat16ToFloat32,
  expectSameBits,
  float32ToBfloat16,
  guardedTensor,
  randomMatrix,
  seededRandom,
  testDevice,
  testSeed,
  withPoisonedBuffers,
} from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ScaledTensor, ScaleType } from '../../src/index.js';
import { castOracle } from '../oracle/cast-oracle.js';
import { packOracle } from '../oracle/pack-oracle.js';
import { type CastCase, castGroup, casts, drawCastCase, landmarkCastCases } from './cast-cases.js';

const drawnCases = Number(process.env['DG_TEST_CASES'] ?? 120);
const random = seededRandom(testSeed());
const cases = [...landmarkCastCases(), ...Array.from({ length: drawnCases }, () => drawCastCase(random))];

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

describe('FP8 casts', () => {
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'case $index: $name',
    async ({ index, test }) => {
      const input = inputOf(test, index);
      const pitch = test.columns + test.gap;
      const x = guardedTensor(device, shapeOf(test, [test.rows, test.columns]), test.dtype, {
        strides: shapeStrides(test, test.rows * pitch + test.gap, [pitch, 1]),
        guardBytes: test.guardBytes,
      });
      x.tensor.write(input.host as never);
      const before = await x.tensor.buffer.read();

      const expected = expectedOf(test, input.values);
      if (test.output === 'out') await expectCastInto(test, x.tensor, expected);
      else await expectCast(test, x.tensor, expected);

      expectSameBits(await x.tensor.buffer.read(), before, { name: 'buffer of x' });
      x.destroy();
    },
  );
});

type Matrix = readonly [number, number];

function shapeOf({ batches }: CastCase, matrix: Matrix): number[] {
  return batches === undefined ? [...matrix] : [batches, ...matrix];
}

function shapeStrides({ batches }: CastCase, batchStride: number, matrix: Matrix): number[] {
  return batches === undefined ? [...matrix] : [batchStride, ...matrix];
}

function inputOf({ batches, rows, columns, dtype, distribution }: CastCase, index: number) {
  const random = seededRandom(testSeed()).fork(index);
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

async function expectCast(test: CastCase, x: Tensor, expected: Expected): Promise<void> {
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
  expect(result.data.strides).toEqual(shapeStrides(test, test.rows * pitch, [pitch, 1]));
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
  expect(result.scales.strides).toEqual(shapeStrides(test, padded[0] * padded[1], strides));
  const scales = new Uint32Array((await result.scales.buffer.read()).buffer);
  expectZerosBeyond(scales, batches, padded, [rows, columns], strides, 'scales');
  result.data.destroy();
  result.scales.destroy();
}

async function expectCastInto(test: CastCase, x: Tensor, expected: Expected): Promise<void> {
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
  expect(result.data).toBe(out.data);
  expect(result.scales).toBe(out.scales);
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
  expect(result.data.shape).toEqual(shapeOf(test, [test.rows, test.columns]));
  expect(result.scales.shape).toEqual(shapeOf(test, scaleShapeOf(test)));
  expect(result.scales.dtype).toBe(test.packed ? 'int32' : 'float32');
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
  expect(memory.length, `${name}: elements of the buffer`).toBe(batches * matrixElements);
  for (let batch = 0; batch < batches; batch++) {
    for (let row = 0; row < padded[0]; row++) {
      for (let column = row < logical[0] ? logical[1] : 0; column < padded[1]; column++) {
        const value = memory[batch * matrixElements + row * strides[0] + column * strides[1]]!;
        if (value !== 0) expect(value, `${name}: padding at [${batch}, ${row}, ${column}]`).toBe(0);
      }
    }
  }
}

describe('casts of K-grouped data', () => {
  it('per channel are the plain cast: no group boundary splits a block', async () => {
    const [mn, ks] = [70, [128, 0, 384, 256]] as const;
    const values = ks.map((k) => randomMatrix(random, k, mn, 'wide'));
    const sumK = ks.reduce<number>((sum, k) => sum + k, 0);
    const joined = Float32Array.from(values.flatMap((group) => [...group]));
    const whole = casts.channel.cast(device.tensor(joined, [sumK, mn], 'float32'));
    let first = 0;
    for (const [group, k] of ks.entries()) {
      const alone = castOracle({
        values: values[group]!,
        rows: k,
        columns: mn,
        groupRows: 128,
        groupColumns: 1,
        ue8m0: false,
      });
      const data = whole.data.slice(0, first, first + k);
      const scales = whole.scales.slice(0, first / 128, (first + k) / 128);
      expectSameBits(await data.read(), alone.codes, { name: `data of group ${group}`, shape: [k, mn] });
      expectSameBits(await scales.read(), alone.scales, { name: `scales of group ${group}` });
      first += k;
    }
  });
});

describe('FP8 casts in queues', () => {
  it('run on a stream of their own', async () => {
    const stream = device.createStream();
    const values = randomMatrix(random, 40, 200, 'normal');
    const x = device.tensor(values, [40, 200], 'float32');
    await device.synchronize();
    const { data } = casts.token.cast(x, { stream });
    const expected = castOracle({
      values,
      rows: 40,
      columns: 200,
      groupRows: 1,
      groupColumns: 128,
      ue8m0: false,
    });
    expectSameBits(await data.read({ stream }), expected.codes, { name: 'data', shape: [40, 200] });
    stream.destroy();
  });

  it('are captured, and replayed with what x holds then', async () => {
    const [rows, columns] = [130, 150];
    const stream = device.createStream();
    const x = device.zeros([rows, columns], 'float32');
    const out = casts.block.cast(x);
    await device.synchronize();
    const graph = stream.capture(() => casts.block.cast(x, { out, stream }));
    for (let replay = 0; replay < 2; replay++) {
      const values = randomMatrix(random, rows, columns, 'wide');
      x.write(values, { stream });
      graph.launch({ stream });
      const expected = castOracle({ values, rows, columns, groupRows: 128, groupColumns: 128, ue8m0: false });
      expectSameBits(await out.data.read({ stream }), expected.codes, {
        name: 'data',
        shape: [rows, columns],
      });
      expectSameBits(await out.scales.read({ stream }), expected.scales, { name: 'scales' });
    }
    graph.destroy();
    stream.destroy();
  });
});

it('covers both input types, both alignments, batches and packed scales in what it draws', () => {
  const aligned = (test: CastCase) =>
    test.guardBytes % 16 === 0 && ((test.columns + test.gap) * bytesPerElement(test.dtype)) % 16 === 0;
  expect(new Set(cases.map((test) => test.dtype)).size).toBe(2);
  expect(new Set(cases.map(aligned)).size).toBe(2);
  for (const kind of ['token', 'channel', 'block']) {
    const packed = cases.filter((test) => test.kind === kind && test.packed);
    expect(packed.length).toBeGreaterThan(0);
    expect(cases.filter((test) => test.kind === kind && (test.batches ?? 1) > 1).length).toBeGreaterThan(0);
  }
});
