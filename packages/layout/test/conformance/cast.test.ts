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
import { castOracle } from '../oracle/cast-oracle.js';
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
      const x = guardedTensor(device, [test.rows, test.columns], test.dtype, {
        pitchElements: test.columns + test.gap,
        guardBytes: test.guardBytes,
      });
      x.tensor.write(input.host as never);
      const before = await x.tensor.buffer.read();

      const [groupRows, groupColumns] = castGroup(test);
      const expected = castOracle({ ...input, ...test, groupRows, groupColumns });
      if (test.output === 'out') await expectCastInto(test, x.tensor, expected);
      else await expectCast(test, x.tensor, expected);

      expectSameBits(await x.tensor.buffer.read(), before, { name: 'buffer of x' });
      x.destroy();
    },
  );
});

function inputOf({ rows, columns, dtype, distribution }: CastCase, index: number) {
  const values = randomMatrix(seededRandom(testSeed()).fork(index), rows, columns, distribution);
  if (dtype === 'float32') return { host: values, values };
  const host = float32ToBfloat16(values);
  return { host, values: bfloat16ToFloat32(host) };
}

type Expected = ReturnType<typeof castOracle>;

async function expectCast(test: CastCase, x: Tensor, expected: Expected): Promise<void> {
  const { cast, mnDimension, defaultLayout } = casts[test.kind];
  const layout = test.output === 'out' ? undefined : test.output;
  const result = withPoisonedBuffers(device, () =>
    cast(x as Tensor<'bfloat16'>, {
      granularity: test.granularity,
      ue8m0: test.ue8m0,
      ...(layout === undefined ? {} : { scaleLayout: layout }),
    }),
  );
  await expectResult(test, result, expected);

  const pitch = Math.ceil(test.columns / 16) * 16;
  expect(result.data.strides).toEqual([pitch, 1]);
  const data = await result.data.buffer.read();
  expectZerosBeyond(data, [test.rows, pitch], [test.rows, test.columns], [pitch, 1], 'data');

  const [rows, columns] = result.scales.shape as readonly [number, number];
  const aligned = (size: number) => Math.ceil(size / 4) * 4;
  const tmaAligned = (layout ?? defaultLayout) === 'mn-major-tma-aligned';
  const mnMajor = tmaAligned && mnDimension === 0;
  const padded = [
    mnMajor ? aligned(rows) : rows,
    tmaAligned && mnDimension === 1 ? aligned(columns) : columns,
  ] as const;
  const strides = mnMajor ? ([1, padded[0]] as const) : ([padded[1], 1] as const);
  expect(result.scales.strides).toEqual(strides);
  const scales = new Float32Array((await result.scales.buffer.read()).buffer);
  expectZerosBeyond(scales, padded, [rows, columns], strides, 'scales');
  result.data.destroy();
  result.scales.destroy();
}

async function expectCastInto(test: CastCase, x: Tensor, expected: Expected): Promise<void> {
  const [groupRows, groupColumns] = castGroup(test);
  const scaleShape = [Math.ceil(test.rows / groupRows), Math.ceil(test.columns / groupColumns)] as const;
  const data = guardedTensor(device, [test.rows, test.columns], 'float8_e4m3fn', {
    pitchElements: test.columns + test.outGap,
    guardBytes: test.guardBytes,
  });
  // An odd gap gives row-major scales, an even one column-major: out takes both.
  const strides =
    test.outGap % 2 === 1 ? [scaleShape[1] + test.outGap, 1] : [1, Math.max(1, scaleShape[0]) + test.outGap];
  const scales = guardedTensor(device, scaleShape, 'float32', { strides, guardBytes: test.guardBytes });
  const out = { data: data.tensor as Tensor<'float8_e4m3fn'>, scales: scales.tensor as Tensor<'float32'> };

  const result = casts[test.kind].cast(x as Tensor<'bfloat16'>, {
    granularity: test.granularity,
    ue8m0: test.ue8m0,
    out,
  });
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
  result: { data: Tensor<'float8_e4m3fn'>; scales: Tensor<'float32'> },
  expected: Expected,
): Promise<void> {
  const [groupRows, groupColumns] = castGroup(test);
  expect(result.data.shape).toEqual([test.rows, test.columns]);
  expect(result.scales.shape).toEqual([
    Math.ceil(test.rows / groupRows),
    Math.ceil(test.columns / groupColumns),
  ]);
  expectSameBits(await result.scales.read(), expected.scales, { name: 'scales', shape: result.scales.shape });
  expectSameBits(await result.data.read(), expected.codes, { name: 'data', shape: result.data.shape });
}

/** Every entry of the padded extents outside the logical ones is zero. */
function expectZerosBeyond(
  memory: ArrayLike<number>,
  padded: readonly [number, number],
  logical: readonly [number, number],
  strides: readonly [number, number],
  name: string,
): void {
  expect(memory.length, `${name}: elements of the buffer`).toBe(padded[0] * padded[1]);
  for (let row = 0; row < padded[0]; row++) {
    for (let column = row < logical[0] ? logical[1] : 0; column < padded[1]; column++) {
      const value = memory[row * strides[0] + column * strides[1]]!;
      if (!Object.is(value, 0)) expect(value, `${name}: padding at [${row}, ${column}]`).toBe(0);
    }
  }
}

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

it('covers both input types and both alignments in what it draws', () => {
  const aligned = (test: CastCase) =>
    test.guardBytes % 16 === 0 && ((test.columns + test.gap) * bytesPerElement(test.dtype)) % 16 === 0;
  expect(new Set(cases.map((test) => test.dtype)).size).toBe(2);
  expect(new Set(cases.map(aligned)).size).toBe(2);
});
