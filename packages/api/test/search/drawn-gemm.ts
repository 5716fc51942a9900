import type { SeededRandom } from '@dg/testing';
import type { EntryPointName } from '../support/entry-points.js';
import type { OperandType } from '../support/number-formats.js';
import type { DrawnOptions } from './draw-options.js';
import type { GemmNumbers } from './gemm-numbers.js';

/** One call of a GEMM, drawn without its numbers. */
export interface DrawnGemm {
  readonly entry: EntryPointName;
  readonly operandType: OperandType;
  readonly call: DrawnOptions;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** 2 and more where the entry point has none. */
  readonly groups: number;
  /** What else was drawn, in words. */
  readonly description: string;
  drawNumbers(random: SeededRandom): GemmNumbers;
}
