import { bytesPerElement, ceilDiv } from '@dg/runtime';
import { groupSpread } from '../config/equivalent-dense.js';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { type GemmProblem, groupsOf, type Major } from '../problem/gemm-problem.js';
import { scaleBlockK, scaleRowsOfB } from '../problem/recipe.js';
import type { TuningMemory } from './tuning-memory.js';

/** Operands as a launch takes them: FP8 is K-major, and scales are as TMA reads them. */
export function tuningOperands(memory: TuningMemory, problem: GemmProblem): GemmOperands {
  const { m, n, k, kind, operandType, outputType, accumulate, tmaStorable } = problem;
  const groups = groupsOf(problem);
  const batch = (grouped: boolean, ...shape: number[]) => (grouped ? [groups, ...shape] : shape);
  const hasGroupsOfA = kind === 'm-grouped-masked';
  const hasGroupsOfB = kind === 'm-grouped-contiguous' || kind === 'm-grouped-masked';
  const hasGroupsOfD = kind === 'm-grouped-masked' || kind === 'k-grouped';
  const isFp8 = operandType === 'float8_e4m3fn';
  const kBlocks = ceilDiv(k, scaleBlockK);
  const scaleRows = scaleRowsOfB(problem.recipe);
  const matrix = (shape: number[], major: Major) => operandOf(memory, problem, shape, major);
  const output = () => outputOf(memory, batch(hasGroupsOfD, m, n), outputType, tmaStorable);
  const d = output();
  return {
    a: matrix(batch(hasGroupsOfA, m, k), problem.majorA),
    b: matrix(batch(hasGroupsOfB, n, k), problem.majorB),
    d,
    // Weight gradients are added up in place.
    c: accumulate ? (kind === 'k-grouped' ? d : output()) : undefined,
    scalesA: isFp8 ? memory.scales(batch(hasGroupsOfA, m, kBlocks)) : undefined,
    scalesB: isFp8 ? memory.scales(batch(hasGroupsOfB, ceilDiv(n, scaleRows), kBlocks)) : undefined,
    ...(kind === 'dense' ? {} : { grouping: memory.indices(groupingOf(problem)) }),
  };
}

function operandOf(memory: TuningMemory, problem: GemmProblem, shape: readonly number[], major: Major) {
  const { operandType } = problem;
  if (problem.kind === 'k-grouped' && problem.storage === 'blocks') {
    return memory.operand([shape[0]! * shape[1]!], operandType);
  }
  if (operandType === 'float8_e4m3fn' || major === 'k') return memory.operand(shape, operandType);
  const [lines, columns] = shape.slice(-2);
  return memory.operand([...shape.slice(0, -2), columns!, lines!], operandType).transpose();
}

/** One that TMA cannot store has rows one element longer than it needs, where it could else. */
function outputOf(
  memory: TuningMemory,
  shape: readonly number[],
  outputType: GemmProblem['outputType'],
  tmaStorable: boolean,
) {
  const [m, n] = shape.slice(-2) as [number, number];
  const isAligned = (n * bytesPerElement(outputType)) % 16 === 0;
  const pitch = !tmaStorable && isAligned ? n + 1 : n;
  const strides = shape.length === 3 ? [m * pitch, pitch, 1] : [pitch, 1];
  return memory.zeros(shape, outputType, strides);
}

/** Groups of as equal size as can be; masked ones of the sizes that the model expects. */
function groupingOf(problem: GemmProblem): Int32Array {
  switch (problem.kind) {
    case 'dense':
      return new Int32Array();
    case 'm-grouped-contiguous': {
      const { m, groups, mkAlignment, layout } = problem;
      const units = ceilDiv(m, mkAlignment);
      const startOf = (group: number) => Math.min(m, Math.floor((units * group) / groups) * mkAlignment);
      const ends = Int32Array.from({ length: groups }, (_, group) =>
        group === groups - 1 ? m : startOf(group + 1),
      );
      if (layout === 'psum') return ends;
      let group = 0;
      return Int32Array.from({ length: m }, (_, row) => {
        while (row >= ends[group]!) group++;
        return group;
      });
    }
    case 'm-grouped-masked':
      return Int32Array.from({ length: problem.groups }, (_, group) => {
        const rows = Math.round(problem.expectedM * groupSpread[group % groupSpread.length]!);
        return Math.min(problem.m, rows);
      });
    case 'k-grouped': {
      const { k, groups } = problem;
      const blocks = Math.floor(k / scaleBlockK);
      const startOf = (group: number) => Math.floor((blocks * group) / groups) * scaleBlockK;
      return Int32Array.from({ length: groups }, (_, group) => startOf(group + 1) - startOf(group));
    }
  }
}
