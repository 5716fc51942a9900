import type { Device } from '@dg/runtime';
import type { SeededRandom } from '@dg/testing';
import type { OperandType } from '../support/number-formats.js';
import { type PeriodicCase, untouchedByte } from './periodic-case.js';
import {
  dot,
  type Line,
  operandArguments,
  type PeriodicOperand,
  periodicOperand,
  scaleBlock,
} from './periodic-operands.js';

export interface MGroupedSizes {
  /** Of each group: rows of its segment, or rows that its mask leaves. */
  readonly rowsOfGroups: readonly number[];
  /** Contiguous: the groups from the top to the bottom, whole segments. Masked: rows that each group has room for. */
  readonly order?: readonly number[];
  readonly maxM?: number;
  readonly n: number;
  readonly k: number;
}

export function contiguousPeriodic(
  device: Device,
  random: SeededRandom,
  operandType: OperandType,
  { rowsOfGroups, order = [...rowsOfGroups.keys()], n, k }: MGroupedSizes,
): PeriodicCase {
  const groupOfRow = order.flatMap((group) => new Array<number>(rowsOfGroups[group]!).fill(group));
  const m = groupOfRow.length;
  const blocks = Math.ceil(k / scaleBlock);
  const a = periodicOperand(device, random, operandType, [m, k], [m, blocks]);
  const b = operandOfGroups(device, random, operandType, rowsOfGroups.length, n, k);
  const d = device.empty([m, n], 'bfloat16');
  const groupedLayout = device.tensor(Int32Array.from(groupOfRow), [m], 'int32');
  return {
    entry: operandType === 'bfloat16' ? 'mGroupedBf16GemmNtContiguous' : 'mGroupedFp8GemmNtContiguous',
    call: { ...operandArguments(a, b), d, groupedLayout, options: {} },
    rowsOfD: d,
    rows: [0, Math.floor(m / 2), m - 2, m - 1],
    valueAt: (row, column) => dot(rowOf(a, row, k), columnOf(b, groupOfRow[row]!, column, n, k), k),
  };
}

export function maskedPeriodic(
  device: Device,
  random: SeededRandom,
  operandType: OperandType,
  { rowsOfGroups, maxM = Math.max(...rowsOfGroups), n, k }: MGroupedSizes,
): PeriodicCase {
  const groups = rowsOfGroups.length;
  const blocks = Math.ceil(k / scaleBlock);
  const a = periodicOperand(device, random, operandType, [groups, maxM, k], [groups, maxM, blocks]);
  const b = operandOfGroups(device, random, operandType, groups, n, k);
  const d = device.empty([groups, maxM, n], 'bfloat16');
  d.buffer.fill(untouchedByte);
  const maskedM = device.tensor(Int32Array.from(rowsOfGroups), [groups], 'int32');
  const lastGroup = (groups - 1) * maxM;
  const lastRow = lastGroup + rowsOfGroups.at(-1)! - 1;
  return {
    entry: operandType === 'bfloat16' ? 'mGroupedBf16GemmNtMasked' : 'mGroupedFp8GemmNtMasked',
    call: { ...operandArguments(a, b), d, maskedM, expectedM: maxM, options: {} },
    rowsOfD: d.reshape([groups * maxM, n]),
    rows: [0, rowsOfGroups[0]! - 1, lastGroup, lastRow - 1, lastRow, groups * maxM - 1],
    valueAt: (row, column) => {
      const group = Math.floor(row / maxM);
      if (row % maxM >= rowsOfGroups[group]!) return undefined;
      return dot(rowOf(a, row, k), columnOf(b, group, column, n, k), k);
    },
  };
}

/** B [G, N, K], with scales for each 128 rows. */
function operandOfGroups(
  device: Device,
  random: SeededRandom,
  operandType: OperandType,
  groups: number,
  n: number,
  k: number,
): PeriodicOperand {
  const scaleShape = [groups, Math.ceil(n / scaleBlock), Math.ceil(k / scaleBlock)];
  return periodicOperand(device, random, operandType, [groups, n, k], scaleShape);
}

/** `row` counts the rows of all groups. */
function rowOf(a: PeriodicOperand, row: number, k: number): Line {
  const blocks = Math.ceil(k / scaleBlock);
  return { operand: a, element: (x) => row * k + x, scale: (block) => row * blocks + block };
}

function columnOf(b: PeriodicOperand, group: number, column: number, n: number, k: number): Line {
  const blocks = Math.ceil(k / scaleBlock);
  const scaleRow = group * Math.ceil(n / scaleBlock) + Math.floor(column / scaleBlock);
  return {
    operand: b,
    element: (x) => (group * n + column) * k + x,
    scale: (block) => scaleRow * blocks + block,
  };
}
