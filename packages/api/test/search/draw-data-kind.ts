import type { SeededRandom } from '@dg/testing';
import { type DataKind, dataKinds } from '../support/gemm-case.js';
import type { OperandType } from '../support/number-formats.js';

/** Drawn more often: numbers as they are in use, integers, whose sums have decided bits, and NaN among others. */
const oftener: readonly DataKind[] = ['normal', 'integers', 'integers', 'special'];

export function drawDataKind(random: SeededRandom, operandType: OperandType): DataKind {
  return random.pick([...dataKinds(operandType), ...oftener]);
}
