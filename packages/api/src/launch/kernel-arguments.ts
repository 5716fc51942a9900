import { boxRowsOfA, boxRowsOfScales, type GemmConfig, stageLoadBytes } from '@dg/kernels';
import type { KernelArgument, Tensor } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { type GemmProblem, groupsOf } from '../problem/gemm-problem.js';
import { address, int64, tensorMap, uint32, writableAddress, writableTensorMap } from './argument-values.js';
import { operandPromotionBytes } from './l2-promotion.js';
import { operandMap, outputMap, scalesMap } from './operand-maps.js';
import { type SettledOperands, settledArgument } from './settled-operands.js';

/** What a launch tells the kernel besides problem and memory. */
export interface LaunchHints {
  readonly rasterRows: number;
  readonly settled: SettledOperands;
}

/** The arguments of fp8GemmKernel, in its order. */
export function fp8GemmArguments(
  problem: GemmProblem,
  operands: GemmOperands,
  config: GemmConfig,
  hints: LaunchHints,
): readonly KernelArgument[] {
  const { scalesA, scalesB } = operands as { scalesA: Tensor; scalesB: Tensor };
  const perColumn = config.columnScaling === 'per_column';
  const list = config.groupMaps
    ? groupMapArguments(operands, config)
    : operandArguments(operands, config, problem);
  const d = list.pop()!;
  list.push(tensorMap(scalesMap(scalesA, boxRowsOfScales(config, problem.m))));
  if (perColumn) list.push(tensorMap(scalesMap(scalesB, config.blockN)));
  list.push(d);
  if (!perColumn) {
    list.push(address(scalesB), int64(scalesB.strides.at(-2)!), int64(scalesB.strides.at(-1)!));
  }
  addEpilogueArguments(list, problem, operands, config, hints);
  if (problem.kind !== 'dense' && !perColumn) list.push(int64(scalesB.strides[0]!));
  return list;
}

/** The arguments of bf16GemmKernel, in its order. */
export function bf16GemmArguments(
  problem: GemmProblem,
  operands: GemmOperands,
  config: GemmConfig,
  hints: LaunchHints,
): readonly KernelArgument[] {
  const list = operandArguments(operands, config, problem);
  addEpilogueArguments(list, problem, operands, config, hints);
  return list;
}

/** Rows of the boxes of A. */
function boxRows(config: GemmConfig, problem: GemmProblem): number {
  return boxRowsOfA(config, problem.m, problem.kind === 'm-grouped-masked' ? problem.expectedM : problem.m);
}

/** The maps of A, B and D. */
function operandArguments(
  { a, b, d, scalesA }: GemmOperands,
  config: GemmConfig,
  problem: GemmProblem,
): KernelArgument[] {
  const { blockN, clusterM, majorA = 'k', majorB = 'k', store } = config;
  const promotion = operandPromotionBytes(problem, config);
  const mapOfA = operandMap(a, boxRows(config, problem), majorA, promotion);
  return [
    tensorMap(mapOfA),
    tensorMap(operandMap(b, blockN / clusterM, majorB, promotion)),
    store === 'tma' ? writableTensorMap(outputMap(d, config, scalesA !== undefined)) : tensorMap(mapOfA),
  ];
}

/** Maps of A and B for each group, and that of D, which is not used where D is not stored with one. */
function groupMapArguments({ d, groupMaps, scalesA }: GemmOperands, config: GemmConfig): KernelArgument[] {
  const mapOfD =
    config.store === 'tma'
      ? writableTensorMap(outputMap(d, config, true))
      : tensorMap(scalesMap(scalesA!, config.blockM));
  return [address(groupMaps!), mapOfD];
}

function addEpilogueArguments(
  list: KernelArgument[],
  problem: GemmProblem,
  operands: GemmOperands,
  config: GemmConfig,
  hints: LaunchHints,
): void {
  const { c, d, grouping, scalesA } = operands;
  list.push(
    c === undefined ? { type: 'null' } : address(c),
    int64(c === undefined ? 0 : c.strides.at(-2)!),
    writableAddress(d),
    int64(d.strides.at(-2)!),
    uint32(problem.m),
    uint32(problem.n),
    uint32(problem.k),
    uint32(hints.rasterRows),
    uint32(boxRows(config, problem)),
    uint32(stageLoadBytes(config, scalesA !== undefined, problem.m)),
    uint32(settledArgument[hints.settled]),
  );
  if (problem.kind === 'dense') return;
  list.push(
    int64(d.strides[0]!),
    int64(c === undefined ? 0 : c.strides[0]!),
    address(grouping!),
    uint32(groupsOf(problem)),
    uint32(problem.kind === 'm-grouped-contiguous' && problem.layout === 'psum' ? problem.mkAlignment : 0),
  );
}
