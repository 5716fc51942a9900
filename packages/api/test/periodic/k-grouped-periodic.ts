import type { Device } from '@dg/runtime';
import type { SeededRandom } from '@dg/testing';
import type { OperandType } from '../support/number-formats.js';
import type { PeriodicCase } from './periodic-case.js';
import {
  dot,
  type Line,
  operandArguments,
  type PeriodicOperand,
  periodicOperand,
  scaleBlock,
} from './periodic-operands.js';
import { integersOf, periodicTensor } from './periodic-tensor.js';

export interface KGroupedSizes {
  readonly m: number;
  readonly n: number;
  readonly ks: readonly number[];
}

/** Adds to D in place. Operands are [ΣK, M] and [ΣK, N], or the blocks of the groups end to end. */
export function kGroupedPeriodic(
  device: Device,
  random: SeededRandom,
  operandType: OperandType,
  storage: 'matrix' | 'blocks',
  { m, n, ks }: KGroupedSizes,
): PeriodicCase {
  const sumK = ks.reduce((sum, k) => sum + k, 0);
  const operand = (mn: number) => {
    const shape = storage === 'blocks' ? [sumK * mn] : [sumK, mn];
    return periodicOperand(device, random, operandType, shape, [sumK / scaleBlock, mn]);
  };
  const [a, b] = [operand(m), operand(n)];
  const c = periodicTensor(device, 'float32', [ks.length, m, n], integersOf(random));
  const d = c.tensor;
  const firstK = ks.map((_, group) => ks.slice(0, group).reduce((sum, k) => sum + k, 0));
  const lineOf = (of: PeriodicOperand, mn: number, row: number, group: number): Line => {
    const [k0, k] = [firstK[group]!, ks[group]!];
    return {
      operand: of,
      element: storage === 'blocks' ? (x) => mn * k0 + row * k + x : (x) => (k0 + x) * mn + row,
      scale: (block) => (k0 / scaleBlock + block) * mn + row,
    };
  };
  const all = ks.length * m;
  return {
    entry: entryOf(operandType, storage),
    call: {
      ...operandArguments(a, b),
      d,
      ks: device.tensor(Int32Array.from(ks), [ks.length], 'int32'),
      options: { c: d },
    },
    rowsOfD: d.reshape([all, n]),
    rows: [0, m - 1, m, all - m, all - 2, all - 1],
    valueAt: (row, column) => {
      const group = Math.floor(row / m);
      const product = dot(lineOf(a, m, row % m, group), lineOf(b, n, column, group), ks[group]!);
      return c.at(row * n + column) + product;
    },
  };
}

function entryOf(operandType: OperandType, storage: 'matrix' | 'blocks') {
  if (operandType === 'bfloat16') return 'kGroupedBf16GemmTnContiguous';
  return storage === 'blocks' ? 'kGroupedFp8GemmNtContiguous' : 'kGroupedFp8GemmTnContiguous';
}
