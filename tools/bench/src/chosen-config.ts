import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { DeviceProperties } from '@dg/runtime';
// The choice is internal to the library; it is a pure function, so a copy of it in this bundle chooses the same.
import { selectConfig } from '../../../packages/api/src/config/select-config.js';
import type { GemmProblem } from '../../../packages/api/src/problem/gemm-problem.js';
import type { GemmOperation } from './gemm-operation.js';
import type { GemmShape } from './gemm-shape.js';

const bfloat16Bytes = 2;
/** TMA stores rows that start at multiples of this. */
const rowAlignmentBytes = 16;

/** The configuration that the library chooses for a dense NT product with a bfloat16 D in rows of its own. */
export function chosenConfig(
  operation: GemmOperation,
  { m, n, k }: GemmShape,
  properties: Pick<DeviceProperties, 'multiprocessorCount'>,
): GemmConfig {
  const problem: GemmProblem = {
    kind: 'dense',
    operandType: operation === 'bf16_nt' ? 'bfloat16' : 'float8_e4m3fn',
    m,
    n,
    k,
    majorA: 'k',
    majorB: 'k',
    outputType: 'bfloat16',
    accumulate: false,
    tmaStorable: (n * bfloat16Bytes) % rowAlignmentBytes === 0,
  };
  return selectConfig(problem, properties);
}

/** Its name. */
export function chosenConfigName(
  operation: GemmOperation,
  shape: GemmShape,
  properties: Pick<DeviceProperties, 'multiprocessorCount'>,
): string {
  return gemmConfigName(chosenConfig(operation, shape, properties));
}
