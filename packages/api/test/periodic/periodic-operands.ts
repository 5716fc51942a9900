import type { Device, Tensor } from '@dg/runtime';
import type { SeededRandom } from '@dg/testing';
import type { OperandType } from '../support/number-formats.js';
import { integersOf, type PeriodicTensor, periodicTensor, powersOfTwoOf } from './periodic-tensor.js';

/** An operand, and its scales where it has some. */
export interface PeriodicOperand {
  readonly data: PeriodicTensor;
  readonly scales: PeriodicTensor | undefined;
}

export const scaleBlock = 128;

/** `scaleShape` is that of FP8 operands. */
export function periodicOperand(
  device: Device,
  random: SeededRandom,
  operandType: OperandType,
  shape: readonly number[],
  scaleShape: readonly number[],
): PeriodicOperand {
  return {
    data: periodicTensor(device, operandType, shape, integersOf(random)),
    scales:
      operandType === 'bfloat16'
        ? undefined
        : periodicTensor(device, 'float32', scaleShape, powersOfTwoOf(random)),
  };
}

/** A and B as arguments of a call. */
export function operandArguments(a: PeriodicOperand, b: PeriodicOperand): Readonly<Record<string, Tensor>> {
  if (a.scales === undefined || b.scales === undefined) return { a: a.data.tensor, b: b.data.tensor };
  return {
    'a.data': a.data.tensor,
    'a.scales': a.scales.tensor,
    'b.data': b.data.tensor,
    'b.scales': b.scales.tensor,
  };
}

/** Where the numbers of one row of an operand lie in memory, by the index along K. */
export interface Line {
  readonly operand: PeriodicOperand;
  element(k: number): number;
  /** Of a block of 128 of K. */
  scale(block: number): number;
}

/** Σ a·b over K, with scales: exact in float64. */
export function dot(a: Line, b: Line, depth: number): number {
  let sum = 0;
  for (let block = 0; block * scaleBlock < depth; block++) {
    const end = Math.min(depth, (block + 1) * scaleBlock);
    let partial = 0;
    for (let k = block * scaleBlock; k < end; k++) {
      partial += a.operand.data.at(a.element(k)) * b.operand.data.at(b.element(k));
    }
    sum += partial * scaleOf(a, block) * scaleOf(b, block);
  }
  return sum;
}

function scaleOf({ operand, scale }: Line, block: number): number {
  return operand.scales?.at(scale(block)) ?? 1;
}
