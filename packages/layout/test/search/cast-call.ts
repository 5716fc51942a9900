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
import { type CastKind, casts } from '../cases/cast-case.js';
import type { LayoutCall } from './layout-call.js';

/** A cast into given tensors, of a matrix or a batch of three. */
export function castCall(device: Device, kind: CastKind, random: SeededRandom): LayoutCall {
  const matrix = [random.integer(3, 140), random.integer(3, 140)] as const;
  const [rows, columns] = matrix;
  const batch = random.chance(0.5) ? [] : [3];
  const granularity = random.pick([32, 128] as const);
  const group =
    kind === 'token' ? [1, granularity] : kind === 'channel' ? [granularity, 1] : [granularity, granularity];
  const scaleShape = matrix.map((size, dim) => Math.ceil(size / group[dim]!));
  const given: Named = {
    x: device.zeros([...batch, rows, columns], random.pick(['bfloat16', 'float32'] as const)),
    'out.data': device.zeros([...batch, rows, columns], 'float8_e4m3fn'),
    'out.scales': device.zeros([...batch, ...scaleShape], 'float32'),
    options: { granularity },
  };
  const [x, data, scales] = ['x', 'out.data', 'out.scales'].map((name) => given[name] as Tensor) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const outs = [
    ['out.data', data],
    ['out.scales', scales],
  ] as const;
  return {
    given,
    call: ({ x: source, 'out.data': outData, 'out.scales': outScales, options }) =>
      (casts[kind].cast as (...values: unknown[]) => unknown)(
        source,
        isPlainObject(options) ? { ...options, out: { data: outData, scales: outScales } } : options,
      ),
    spoils: {
      tensors: [
        ...tensorSpoils(device, 'x', x, { wrongDtype: 'int32' }),
        ...outs.flatMap(([name, out]) => tensorSpoils(device, name, out)),
      ],
      'strange values': [
        ...['x', 'out.data', 'out.scales'].flatMap(strangeValueSpoils),
        ...wrongOptionsSpoils(),
      ],
      sizes: outs.flatMap(([name, out]) => sizeSpoils(device, name, out, / of shape /)),
      strides: stridesSpoils(device, x, data, scales),
      overlaps: overlapSpoils(device, x, data),
      options: optionSpoils(
        { granularity },
        {
          granularity: [() => 64, () => '128'],
          ue8m0: [() => 1],
          packed: [() => 1],
          scaleLayout: [() => 'k-major', () => 'row-major'],
          stream: wrongStreams(device),
        },
      ),
    },
  };
}

function stridesSpoils(device: Device, x: Tensor, data: Tensor, scales: Tensor): Spoil<Named>[] {
  const columns = x.shape.at(-1)!;
  const strided = (argument: string, like: Tensor, expected: string, matrix: readonly number[]) => ({
    name: `${argument} with strides ${matrix}`,
    expected: `${argument} ${expected}`,
    spoil: () => {
      const strides = like.rank === 3 ? [10 * like.elementCount, ...matrix] : matrix;
      return { [argument]: device.empty(like.shape, like.dtype, { strides }) };
    },
  });
  const gapped = [2 * columns, 2];
  const spoils = [
    strided('x', x, 'with stride 1 along its last dimension', gapped),
    strided('out.data', data, 'with stride 1 along its last dimension', gapped),
    strided('out.data', data, 'whose elements do not share memory', [columns - 1, 1]),
  ];
  if (scales.shape.slice(-2).every((size) => size > 1)) {
    spoils.push(strided('out.scales', scales, 'whose elements do not share memory', [1, 1]));
  }
  return spoils;
}

function overlapSpoils(device: Device, x: Tensor, data: Tensor): Spoil<Named>[] {
  return [
    {
      name: 'out.data over x',
      expected: 'out.data apart from x',
      spoil: () => {
        const buffer = device.createBuffer({ byteLength: 4 * x.elementCount });
        return {
          x: new Tensor({ buffer, dtype: x.dtype, shape: x.shape }),
          'out.data': new Tensor({ buffer, dtype: data.dtype, shape: data.shape, offset: x.elementCount }),
        };
      },
    },
  ];
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
