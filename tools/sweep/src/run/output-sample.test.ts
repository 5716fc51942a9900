import { requestDevice } from '@dg/runtime';
import { expect, it } from 'vitest';
import { expectSameSample, outputSample } from './output-sample.js';

const [m, n] = [300, 70];

it('notices an element of any tile that is wrong or was not written', async () => {
  const device = await requestDevice('cpu');
  const values = Float32Array.from({ length: m * n }, (_, i) => Math.sin(i));
  const sampleOf = (contents: Float32Array) => {
    const d = device.tensor(contents as Float32Array<ArrayBuffer>, [m, n], 'float32');
    const product = { a: { data: d, rowsPerScale: 1 }, b: { data: d, rowsPerScale: 1 }, d } as const;
    return outputSample([{ ...product, addend: undefined }], 1);
  };
  const reference = await sampleOf(values);
  expect(() => expectSameSample(reference, reference, 'it')).not.toThrow();
  // A tile of 64 rows by 16 columns anywhere.
  for (const [row, column, value] of [
    [64, 0, 9],
    [236, 54, Number.NaN],
  ] as const) {
    const wrong = Float32Array.from(values);
    for (let y = row; y < row + 64; y++) wrong.fill(value, y * n + column, y * n + column + 16);
    const actual = await sampleOf(wrong);
    expect(() => expectSameSample(reference, actual, 'it')).toThrow(
      'expected what the reference configuration computes for it but received a diff of',
    );
  }
});

it('takes the addend and the number of launches out', async () => {
  const device = await requestDevice('cpu');
  const d = device.tensor(Float32Array.of(10 + 3 * 2), [1, 1], 'float32');
  const matrix = { data: d, rowsPerScale: 1 } as const;
  const sample = await outputSample([{ a: matrix, b: matrix, d, addend: 10 }], 3);
  expect(sample.map((line) => [...line])).toEqual([[2], [2]]);
});
