import type { SeededRandom } from '@dg/testing';
import type { DataKind } from '../support/gemm-case.js';
import type { OperandType } from '../support/number-formats.js';

const shared: readonly DataKind[] = [
  'normal',
  'normal',
  'normal',
  'integers',
  'integers',
  'integers',
  'zeros',
  'huge',
  'tiny',
  'nan in a',
  'nan in b',
  'special',
  'special',
  'overflow',
];

/** Mostly numbers as they are in use, and integers, whose sums have decided bits. */
export function drawDataKind(random: SeededRandom, operandType: OperandType): DataKind {
  return random.pick(operandType === 'float8_e4m3fn' ? [...shared, 'all codes' as const] : shared);
}
