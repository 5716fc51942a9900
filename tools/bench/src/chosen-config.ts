import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { DeviceProperties } from '@dg/runtime';
// The choice is internal to the library; it is a pure function, so a copy of it in this bundle chooses the same.
import { selectConfig } from '../../../packages/api/src/config/select-config.js';
import type { GemmProblem } from '../../../packages/api/src/problem/gemm-problem.js';
import type { GemmOperation } from './gemm-operation.js';
import type { GemmShape } from './gemm-shape.js';

export interface OutputChoice {
  readonly outputType: 'bfloat16' | 'float32';
  readonly accumulate: boolean;
  /** False for rows of D that do not start at multiples of 16 bytes. */
  readonly tmaStorable: boolean;
}

const benchmarkOutput: OutputChoice = { outputType: 'bfloat16', accumulate: false, tmaStorable: true };

/** The configuration that the library chooses for a dense NT product. */
export function chosenConfig(
  operation: GemmOperation,
  shape: GemmShape,
  properties: Pick<DeviceProperties, 'multiprocessorCount'>,
  output: OutputChoice = benchmarkOutput,
): GemmConfig {
  const problem: GemmProblem = {
    kind: 'dense',
    operandType: operation === 'bf16_nt' ? 'bfloat16' : 'float8_e4m3fn',
    m: shape.m,
    n: shape.n,
    k: shape.k,
    majorA: 'k',
    majorB: 'k',
    ...output,
  };
  return selectConfig(problem, properties);
}

/** Its name for a product as the benchmark runs it: bfloat16 D in rows of its own. */
export function chosenConfigName(
  operation: GemmOperation,
  shape: GemmShape,
  properties: Pick<DeviceProperties, 'multiprocessorCount'>,
): string {
  const tmaStorable = (shape.n * 2) % 16 === 0;
  return gemmConfigName(chosenConfig(operation, shape, properties, { ...benchmarkOutput, tmaStorable }));
}
