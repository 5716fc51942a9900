import { bytesPerElement, type Device } from '@dg/runtime';
import { expectSameBits, randomMatrix, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CastCase,
  type CastKind,
  casts,
  drawCastCase,
  everyKindOfCast,
  landmarkCastCases,
} from '../cases/cast-case.js';
import { checkCast } from '../cases/check-cast.js';
import { castOracle } from '../oracle/cast-oracle.js';

const kinds = Object.keys(casts) as CastKind[];
/** Of each kind; many more are in the search of `tools/search`. */
const drawnCases = 4;
const random = seededRandom(testSeed());
const drawn = kinds.flatMap((kind) =>
  Array.from({ length: drawnCases }, () => drawCastCase(random, kind, 'full')),
);
const cases = [...landmarkCastCases(), ...everyKindOfCast(), ...drawn];

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

describe('FP8 casts', () => {
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'case $index: $name',
    async ({ index, test }) => {
      await checkCast(device, test, seededRandom(testSeed()).fork(index));
    },
  );
});

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

it('has every kind of cast, on rows that start aligned and on others', () => {
  const aligned = (test: CastCase) =>
    test.guardBytes % 16 === 0 && ((test.columns + test.gap) * bytesPerElement(test.dtype)) % 16 === 0;
  const kindsOfCases = everyKindOfCast().map((test) =>
    [test.kind, test.granularity, test.ue8m0, test.packed, test.dtype, test.batches].join(),
  );
  expect(new Set(kindsOfCases).size).toBe(3 * 2 * 3 * 2 * 2);
  expect(new Set(everyKindOfCast().map(aligned)).size).toBe(2);
});
