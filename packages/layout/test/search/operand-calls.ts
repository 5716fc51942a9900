import { type Device, Tensor } from '@dg/runtime';
import {
  type Named,
  optionSpoils,
  type SeededRandom,
  type Spoil,
  sizeSpoils,
  strangeValueSpoils,
  tensorSpoils,
  wrongOptionsSpoils,
  wrongStreams,
} from '@dg/testing';
import { repackKGroupedFp8, transposeFp8 } from '../../src/index.js';
import type { LayoutCall } from './layout-call.js';

type Anything = (...values: unknown[]) => unknown;

const fp8 = 'float8_e4m3fn';

export function transposeCall(device: Device, random: SeededRandom): LayoutCall {
  const batch = random.chance(0.5) ? [] : [2];
  const [rows, columns] = [random.integer(2, 140), random.integer(2, 140)];
  const source = device.zeros([...batch, rows, columns], fp8);
  const destination = alignedRows(device, [...batch, columns, rows]);
  return {
    given: { source, destination, options: {} },
    call: (given) => (transposeFp8 as Anything)(given['source'], given['destination'], given['options']),
    spoils: {
      tensors: [
        ...tensorSpoils(device, 'source', source, { wrongDtype: 'int32', alone: true }),
        // Of bytes too, but not those of the source.
        ...tensorSpoils(device, 'destination', destination),
      ],
      'strange values': strangeValues(),
      sizes: sizeSpoils(device, 'destination', destination, /destination of shape /),
      strides: destinationSpoils(device, destination),
      overlaps: [overlapSpoil(device, source, destination)],
      options: optionSpoils({}, { stream: wrongStreams(device) }),
    },
  };
}

export function repackCall(device: Device, random: SeededRandom): LayoutCall {
  const mn = random.integer(2, 70);
  const sumK = 128 * random.integer(2, 4);
  const source = device.zeros([mn * sumK], fp8);
  const ks = device.tensor(Int32Array.of(128, sumK - 128), [2], 'int32');
  const destination = alignedRows(device, [mn, sumK]);
  return {
    given: { source, ks, mn, sumK, destination, options: {} },
    call: (given) =>
      (repackKGroupedFp8 as Anything)(
        given['source'],
        given['ks'],
        given['mn'],
        given['sumK'],
        given['destination'],
        given['options'],
      ),
    spoils: {
      tensors: [
        ...tensorSpoils(device, 'source', source, { wrongDtype: 'int32', anyRank: true, alone: true }),
        ...tensorSpoils(device, 'ks', ks),
        ...tensorSpoils(device, 'destination', destination),
      ],
      'strange values': [...strangeValues(), ...strangeValueSpoils('ks')],
      sizes: [
        ...sizeSpoils(device, 'destination', destination, /destination of shape /),
        ...sizeSpoils(device, 'source', source, /source of \d+ elements/),
        ...[{ mn: mn + 1 }, { mn: 'three' }, { sumK: sumK + 128 }, { sumK: sumK - 1 }].map((change) => ({
          name: JSON.stringify(change),
          expected: 'destination of shape ',
          spoil: () => change,
        })),
      ],
      strides: destinationSpoils(device, destination),
      overlaps: [overlapSpoil(device, source, destination)],
      options: optionSpoils({}, { stream: wrongStreams(device) }),
    },
  };
}

function strangeValues(): Spoil<Named>[] {
  return [...strangeValueSpoils('source'), ...strangeValueSpoils('destination'), ...wrongOptionsSpoils()];
}

function alignedRows(device: Device, shape: readonly number[]): Tensor {
  const pitch = 16 * Math.ceil(shape.at(-1)! / 16);
  const strides = [...(shape.length === 3 ? [pitch * shape[1]!] : []), pitch, 1];
  return device.empty(shape, fp8, { strides });
}

/** Destinations that cannot be written in runs of 16 bytes, or not element by element. */
function destinationSpoils(device: Device, { shape, rank }: Tensor): Spoil<Named>[] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const pitch = 16 * Math.ceil(columns / 16) + 8;
  const batch = rank === 3 ? [16 * rows * pitch] : [];
  const strided = (expected: string, matrix: readonly number[]) => ({
    name: `destination with strides ${matrix}`,
    expected: `destination ${expected}`,
    spoil: () => ({ destination: device.empty(shape, fp8, { strides: [...batch, ...matrix] }) }),
  });
  return [
    strided('whose rows start at multiples of 16 bytes', [pitch, 1]),
    strided('with stride 1 along its last dimension', [2 * pitch, 2]),
    strided('whose elements do not share memory', [0, 1]),
  ];
}

function overlapSpoil(device: Device, source: Tensor, destination: Tensor): Spoil<Named> {
  return {
    name: 'destination over source',
    expected: 'destination apart from source',
    spoil: () => {
      const { shape, strides } = destination;
      const span = shape.reduce((sum, size, dim) => sum + (size - 1) * strides[dim]!, 1);
      const buffer = device.createBuffer({ byteLength: Math.max(span, source.elementCount) });
      return {
        source: new Tensor({ buffer, dtype: fp8, shape: source.shape }),
        destination: new Tensor({ buffer, dtype: fp8, shape, strides }),
      };
    },
  };
}
