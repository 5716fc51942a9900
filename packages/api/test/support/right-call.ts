import type { Device, DType } from '@dg/runtime';
import { type CallArguments, type EntryPointName, entryPoints, groupingOf } from './entry-points.js';

const m = 64;
const n = 144;
const k = 256;
const groups = 3;
const blocks = k / 128;

type Shape = readonly number[];

interface Shapes {
  readonly a: Shape;
  readonly scalesA?: Shape;
  readonly b: Shape;
  readonly scalesB?: Shape;
}

const shapes: Readonly<Record<EntryPointName, Shapes>> = {
  fp8GemmNt: { a: [m, k], scalesA: [m, blocks], b: [n, k], scalesB: [2, blocks] },
  fp8GemmNn: { a: [m, k], scalesA: [m, blocks], b: [k, n], scalesB: [blocks, 2] },
  fp8GemmTn: { a: [k, m], scalesA: [blocks, m], b: [k, n], scalesB: [blocks, 2] },
  fp8GemmTt: { a: [k, m], scalesA: [blocks, m], b: [n, k], scalesB: [2, blocks] },
  bf16GemmNt: { a: [m, k], b: [n, k] },
  bf16GemmNn: { a: [m, k], b: [k, n] },
  bf16GemmTn: { a: [k, m], b: [k, n] },
  bf16GemmTt: { a: [k, m], b: [n, k] },
  mGroupedFp8GemmNtContiguous: {
    a: [m, k],
    scalesA: [m, blocks],
    b: [groups, n, k],
    scalesB: [groups, 2, blocks],
  },
  mGroupedFp8GemmNnContiguous: {
    a: [m, k],
    scalesA: [m, blocks],
    b: [groups, k, n],
    scalesB: [groups, blocks, 2],
  },
  mGroupedBf16GemmNtContiguous: { a: [m, k], b: [groups, n, k] },
  mGroupedBf16GemmNnContiguous: { a: [m, k], b: [groups, k, n] },
  mGroupedFp8GemmNtMasked: {
    a: [groups, m, k],
    scalesA: [groups, m, blocks],
    b: [groups, n, k],
    scalesB: [groups, 2, blocks],
  },
  mGroupedBf16GemmNtMasked: { a: [groups, m, k], b: [groups, n, k] },
  kGroupedFp8GemmTnContiguous: { a: [k, m], scalesA: [blocks, m], b: [k, n], scalesB: [blocks, n] },
  kGroupedFp8GemmNtContiguous: { a: [k * m], scalesA: [blocks, m], b: [k * n], scalesB: [blocks, n] },
  kGroupedBf16GemmTnContiguous: { a: [k, m], b: [k, n] },
};

/** What D holds before a call. */
export const untouchedValue = 7;

/** A right call of the plainest kind: operands of zeros, D of sevens. */
export function rightCall(device: Device, name: EntryPointName): CallArguments {
  const { a, scalesA, b, scalesB } = shapes[name];
  const { operandType } = entryPoints[name];
  const grouping = groupingOf(name);
  const zeros = (argument: string, shape: Shape | undefined, dtype: DType) =>
    shape === undefined ? {} : { [argument]: device.zeros(shape, dtype) };
  const [dataA, dataB] = scalesA === undefined ? ['a', 'b'] : ['a.data', 'b.data'];
  const shapeD = grouping === undefined || grouping === 'groupedLayout' ? [m, n] : [groups, m, n];
  const sevens = new Float32Array(shapeD.reduce((x, y) => x * y)).fill(untouchedValue);
  return {
    ...zeros(dataA, a, operandType),
    ...zeros('a.scales', scalesA, 'float32'),
    ...zeros(dataB, b, operandType),
    ...zeros('b.scales', scalesB, 'float32'),
    d: device.tensor(sevens, shapeD, 'float32'),
    ...(grouping === undefined ? {} : zeros(grouping, [grouping === 'groupedLayout' ? m : groups], 'int32')),
    ...(grouping === 'maskedM' ? { expectedM: m } : {}),
    options: {},
  };
}
