import { setImmediate } from 'node:timers/promises';
import { defaultLogger } from '@dg/jit';
import { bytesPerElement, ceilDiv, DgOutOfMemoryError, type KernelDevice } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { type GemmProblem, groupsOf } from '../problem/gemm-problem.js';
import { TuningMemory } from './tuning-memory.js';
import { tuningOperands } from './tuning-operands.js';
import { TuningPatterns } from './tuning-patterns.js';

/** Sets together are this many times as large as L2, so that a launch finds nothing of its own there. */
const timesL2 = 3;
/** Of products of a few kilobytes it would take thousands. */
const mostSets = 512;

export interface OperandSets {
  readonly sets: readonly GemmOperands[];
  destroy(): void;
}

/** Operands that launches take in turn. With less memory than it takes there are fewer, with a warning. */
export async function operandSets(device: KernelDevice, problem: GemmProblem): Promise<OperandSets> {
  const wanted = Math.min(mostSets, ceilDiv(timesL2 * device.properties.l2CacheBytes, launchBytes(problem)));
  const patterns = new TuningPatterns();
  const memories: TuningMemory[] = [];
  const sets: GemmOperands[] = [];
  const destroy = () => {
    for (const memory of memories) memory.destroy();
  };
  try {
    while (sets.length < Math.max(1, wanted)) {
      const memory = new TuningMemory(device, patterns);
      memories.push(memory);
      sets.push(tuningOperands(memory, problem));
      // Writing and allocating takes some tenths of a millisecond.
      await setImmediate();
    }
  } catch (error) {
    if (!(error instanceof DgOutOfMemoryError) || sets.length === 0) {
      destroy();
      throw error;
    }
    memories.pop()!.destroy();
    defaultLogger().warn(
      `autotune: memory for ${sets.length} sets of operands of ${wanted}: launches may find theirs in L2`,
    );
  }
  return { sets, destroy };
}

/** Bytes of A, B, C and D that one launch reads and writes; their scales are few. */
export function launchBytes(problem: GemmProblem): number {
  const { kind, n, k, operandType, outputType, accumulate } = problem;
  const groups = groupsOf(problem);
  const m = kind === 'm-grouped-masked' ? problem.expectedM : problem.m;
  const matricesOfA = kind === 'm-grouped-masked' ? groups : 1;
  const matricesOfB = kind === 'k-grouped' ? 1 : groups;
  const matricesOfD = kind === 'm-grouped-contiguous' ? 1 : groups;
  const operands = (matricesOfA * m + matricesOfB * n) * k * bytesPerElement(operandType);
  const outputs = matricesOfD * m * n * bytesPerElement(outputType);
  return operands + outputs * (accumulate && kind !== 'k-grouped' ? 2 : 1);
}
