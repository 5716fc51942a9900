import { fittingStages, type GemmConfig, sharedMemoryBytes } from '@dg/kernels';
import { sharedMemoryOfBlock } from '../../../../packages/api/src/config/multiprocessor-memory.js';
import type { GemmProblem } from '../../../../packages/api/src/problem/gemm-problem.js';

type Shape = Pick<GemmConfig, 'blockM' | 'blockN' | 'mathWarpgroups'> &
  Partial<Pick<GemmConfig, 'blocksPerSm' | 'kUnroll' | 'partialSums' | 'splitK'>>;

const room = sharedMemoryOfBlock(2);
const mostStages = 8;
const fewestStages = 2;

/**
 * Kernels for few rows of which two fit on a multiprocessor, so that a grid that may start early finds room while the one
 * before it is at work. Those with `blocksPerSm` have registers for two in any case and may have two of one grid; the others
 * have one of each. Of dense products whose operands are K-major and whose scales are per block; else none.
 */
export function twoOnAnSm(problem: GemmProblem): readonly GemmConfig[] {
  const { kind, majorA, majorB, operandType, recipe } = problem;
  if (kind !== 'dense' || majorA !== 'k' || majorB !== 'k' || recipe?.[1] === 1) return [];
  const isFp8 = operandType === 'float8_e4m3fn';
  return [1, 2, 4].flatMap((splitK) =>
    shapes(isFp8)
      .filter(({ blockN }) => (blockN / 8) % splitK === 0)
      .flatMap((shape) => complete(splitK === 1 ? shape : { ...shape, splitK }, problem, isFp8)),
  );
}

function shapes(isFp8: boolean): readonly Shape[] {
  const withColumns = (columns: readonly number[], shapeOf: (blockN: number) => Shape) =>
    columns.map(shapeOf);
  // Two sums where there are registers for them.
  const loop = (blockN: number, most: number) =>
    isFp8 && blockN <= most ? { kUnroll: 4, partialSums: 2 } : { kUnroll: 2 };
  const [low, high] = [
    { blockM: 64, mathWarpgroups: 1 },
    { blockM: 128, blocksPerSm: 2 },
  ];
  return [
    ...withColumns([32, 48, 64, 80, 96, 112, 128], (blockN) => ({ ...low, blockN, ...loop(blockN, 96) })),
    ...withColumns([32, 48, 64, 80, 96, 112, 128, 144, 160, 192], (blockN) => ({
      ...low,
      blocksPerSm: 2,
      blockN,
      ...loop(blockN, 112),
    })),
    ...withColumns([32, 48, 64, 80], (blockN) => ({
      ...high,
      mathWarpgroups: 2,
      blockN,
      ...loop(blockN, 32),
    })),
    ...withColumns([64, 96, 128], (blockN) => ({ ...high, mathWarpgroups: 1, blockN, kUnroll: 2 })),
  ];
}

function complete(shape: Shape, problem: GemmProblem, hasRowScales: boolean): readonly GemmConfig[] {
  const byTma = problem.tmaStorable && shape.splitK === undefined;
  const config = {
    clusterM: 1,
    clusterN: 1,
    output: problem.outputType,
    ...shape,
    ...(byTma ? { store: 'tma' as const, storeBoxes: 1 } : { store: 'guarded' as const }),
  };
  const stages = fittingStages(config, hasRowScales, room, mostStages);
  if (stages < fewestStages) return [];
  return [{ ...config, stages, sharedMemoryBytes: sharedMemoryBytes(config, stages, hasRowScales) }];
}
