import type { Device, DType, Tensor } from '@dg/runtime';
import * as api from '../../src/index.js';

const m = 64;
const n = 144;
const k = 256;
const groups = 3;
const blocks = k / 128;

/** The arguments of a call, by name; operands of FP8 are split into data and scales. */
export type CallArguments = Record<string, unknown> & { d: Tensor<'float32'>; options: object };

export interface EntryPoint {
  readonly name: string;
  /** Tensors by argument, as `rightCall` makes them. */
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly dtype: DType }>>;
  readonly expectedM?: number;
  call(given: CallArguments): void;
}

type Shape = readonly number[];
// Called with whatever a test makes up.
type Anything = (...values: unknown[]) => void;

function fp8(name: string, entry: unknown, a: Shape, scalesA: Shape, b: Shape, scalesB: Shape, rest: Rest) {
  return entryPoint(name, rest, {
    'a.data': { shape: a, dtype: 'float8_e4m3fn' },
    'a.scales': { shape: scalesA, dtype: 'float32' },
    'b.data': { shape: b, dtype: 'float8_e4m3fn' },
    'b.scales': { shape: scalesB, dtype: 'float32' },
  })((given, others) =>
    (entry as Anything)(
      { data: given['a.data'], scales: given['a.scales'] },
      { data: given['b.data'], scales: given['b.scales'] },
      ...others,
    ),
  );
}

function bf16(name: string, entry: unknown, a: Shape, b: Shape, rest: Rest) {
  return entryPoint(name, rest, {
    a: { shape: a, dtype: 'bfloat16' },
    b: { shape: b, dtype: 'bfloat16' },
  })((given, others) => (entry as Anything)(given['a'], given['b'], ...others));
}

interface Rest {
  readonly d: Shape;
  readonly grouping?: readonly [name: string, length: number];
  readonly expectedM?: number;
}

function entryPoint(name: string, { d, grouping, expectedM }: Rest, operands: EntryPoint['tensors']) {
  const indices = grouping && { [grouping[0]]: { shape: [grouping[1]], dtype: 'int32' as const } };
  return (enqueue: (given: CallArguments, others: unknown[]) => void): EntryPoint => ({
    name,
    tensors: { ...operands, d: { shape: d, dtype: 'float32' }, ...indices },
    ...(expectedM === undefined ? {} : { expectedM }),
    call: (given) => {
      const last = expectedM === undefined ? [given.options] : [given['expectedM'], given.options];
      enqueue(given, [given.d, ...(grouping ? [given[grouping[0]]] : []), ...last]);
    },
  });
}

/** A call that is right: operands of zeros, D of sevens. */
export function rightCall(device: Device, entry: EntryPoint): CallArguments {
  const made = Object.entries(entry.tensors).map(([argument, { shape, dtype }]) => [
    argument,
    argument === 'd'
      ? device.tensor(new Float32Array(shape.reduce((x, y) => x * y)).fill(7), shape, 'float32')
      : device.zeros(shape, dtype),
  ]);
  return { ...Object.fromEntries(made), expectedM: entry.expectedM, options: {} } as CallArguments;
}

const dense = { d: [m, n] } as const;
const contiguous = { d: [m, n], grouping: ['groupedLayout', m] } as const;
const masked = { d: [groups, m, n], grouping: ['maskedM', groups], expectedM: m } as const;
const kGrouped = { d: [groups, m, n], grouping: ['ks', groups] } as const;

/** Every GEMM of the library. */
export const entryPoints: readonly EntryPoint[] = [
  fp8('fp8GemmNt', api.fp8GemmNt, [m, k], [m, blocks], [n, k], [2, blocks], dense),
  fp8('fp8GemmNn', api.fp8GemmNn, [m, k], [m, blocks], [k, n], [blocks, 2], dense),
  fp8('fp8GemmTn', api.fp8GemmTn, [k, m], [blocks, m], [k, n], [blocks, 2], dense),
  fp8('fp8GemmTt', api.fp8GemmTt, [k, m], [blocks, m], [n, k], [2, blocks], dense),
  bf16('bf16GemmNt', api.bf16GemmNt, [m, k], [n, k], dense),
  bf16('bf16GemmNn', api.bf16GemmNn, [m, k], [k, n], dense),
  bf16('bf16GemmTn', api.bf16GemmTn, [k, m], [k, n], dense),
  bf16('bf16GemmTt', api.bf16GemmTt, [k, m], [n, k], dense),
  fp8(
    'mGroupedFp8GemmNtContiguous',
    api.mGroupedFp8GemmNtContiguous,
    [m, k],
    [m, blocks],
    [groups, n, k],
    [groups, 2, blocks],
    contiguous,
  ),
  fp8(
    'mGroupedFp8GemmNnContiguous',
    api.mGroupedFp8GemmNnContiguous,
    [m, k],
    [m, blocks],
    [groups, k, n],
    [groups, blocks, 2],
    contiguous,
  ),
  bf16('mGroupedBf16GemmNtContiguous', api.mGroupedBf16GemmNtContiguous, [m, k], [groups, n, k], contiguous),
  bf16('mGroupedBf16GemmNnContiguous', api.mGroupedBf16GemmNnContiguous, [m, k], [groups, k, n], contiguous),
  fp8(
    'mGroupedFp8GemmNtMasked',
    api.mGroupedFp8GemmNtMasked,
    [groups, m, k],
    [groups, m, blocks],
    [groups, n, k],
    [groups, 2, blocks],
    masked,
  ),
  bf16('mGroupedBf16GemmNtMasked', api.mGroupedBf16GemmNtMasked, [groups, m, k], [groups, n, k], masked),
  fp8(
    'kGroupedFp8GemmTnContiguous',
    api.kGroupedFp8GemmTnContiguous,
    [k, m],
    [blocks, m],
    [k, n],
    [blocks, n],
    kGrouped,
  ),
  fp8(
    'kGroupedFp8GemmNtContiguous',
    api.kGroupedFp8GemmNtContiguous,
    [k * m],
    [blocks, m],
    [k * n],
    [blocks, n],
    kGrouped,
  ),
  bf16('kGroupedBf16GemmTnContiguous', api.kGroupedBf16GemmTnContiguous, [k, m], [k, n], kGrouped),
];
