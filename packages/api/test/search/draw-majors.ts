import type { CaseSizes, SeededRandom } from '@dg/testing';
import type { OperandType } from '../support/number-formats.js';

export interface DrawnMajors {
  readonly majorA: 'k' | 'mn';
  readonly majorB: 'k' | 'mn';
  readonly outputType: 'float32' | 'bfloat16';
}

const majors = ['k', 'mn'] as const;
const outputTypes = ['float32', 'bfloat16'] as const;

/** Of small cases the majors decide the output type, so that the simulator has half as many BF16 kernels to translate. */
export function drawMajors(random: SeededRandom, sizes: CaseSizes, operandType: OperandType): DrawnMajors {
  const [majorA, majorB] = [random.pick(majors), random.pick(majors)];
  const outputType = random.pick(outputTypes);
  const isTied = sizes === 'small' && operandType === 'bfloat16';
  return {
    majorA,
    majorB,
    outputType: isTied ? outputTypes[majorA === majorB ? 0 : 1] : outputType,
  };
}
