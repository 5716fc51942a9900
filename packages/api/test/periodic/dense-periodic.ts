import type { Device } from '@dg/runtime';
import type { SeededRandom } from '@dg/testing';
import type { OperandType } from '../support/number-formats.js';
import type { PeriodicCase } from './periodic-case.js';
import { dot, operandArguments, periodicOperand, scaleBlock } from './periodic-operands.js';

export interface DenseSizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** NT, D in bfloat16. */
export function densePeriodic(
  device: Device,
  random: SeededRandom,
  operandType: OperandType,
  { m, n, k }: DenseSizes,
): PeriodicCase {
  const blocks = Math.ceil(k / scaleBlock);
  const a = periodicOperand(device, random, operandType, [m, k], [m, blocks]);
  const b = periodicOperand(device, random, operandType, [n, k], [Math.ceil(n / scaleBlock), blocks]);
  const d = device.empty([m, n], 'bfloat16');
  return {
    entry: operandType === 'bfloat16' ? 'bf16GemmNt' : 'fp8GemmNt',
    call: { ...operandArguments(a, b), d, options: {} },
    rowsOfD: d,
    rows: [0, Math.floor(m / 2), m - 2, m - 1],
    valueAt: (row, column) =>
      dot(
        { operand: a, element: (x) => row * k + x, scale: (block) => row * blocks + block },
        {
          operand: b,
          element: (x) => column * k + x,
          scale: (block) => Math.floor(column / scaleBlock) * blocks + block,
        },
        k,
      ),
  };
}
