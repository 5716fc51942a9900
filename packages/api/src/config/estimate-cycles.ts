import { type GemmConfig, gemmClusterSize, outputBytes, stageKBytes } from '@dg/kernels';
import { ceilDiv } from '@dg/runtime';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { blocksAtATime } from './blocks-at-a-time.js';
import { equivalentDense } from './equivalent-dense.js';
import { type HopperModel, hopper } from './hopper-model.js';
import { sharedMemoryOfBlock } from './multiprocessor-memory.js';
import type { SelectionDevice } from './selection-device.js';

const fragmentRows = 64;

/**
 * Cycles from the start of a product to its end: whole waves of tiles, or what device memory needs if that is more. In a
 * tile, stage follows stage, each as long as the resources that work on it side by side take.
 */
export function estimateCycles(
  given: GemmProblem,
  config: GemmConfig,
  device: SelectionDevice,
  model: HopperModel = hopper,
): number {
  const problem = equivalentDense(given, config);
  const { blockM, blockN, clusterM, clusterN, splitK = 1 } = config;
  const clusters = ceilDiv(problem.m, blockM * clusterM) * ceilDiv(problem.n, blockN * clusterN);
  const room = clusterRoom(config, device, model);
  const waves = ceilDiv(clusters, room);
  const ctas = Math.min(clusters, room) * gemmClusterSize(config);
  const stages = ceilDiv(stageCount(problem), splitK);
  const isFp8 = problem.operandType !== 'bfloat16';
  const tile =
    stages * stageCycles(problem, config, ctas, device, model) + finishCycles(config, isFp8, model);
  const memory = memoryCycles(
    given,
    clusters * gemmClusterSize(config),
    room * gemmClusterSize(config),
    model,
  );
  const crowding = ctas > device.multiprocessorCount ? model.twoOnMultiprocessorCost : 1;
  return launchCycles(config, model) + crowding * overlapped([waves * tile, memory], model);
}

/**
 * From the end of the grid before to the first stage of this one, and from its last store to its end. Kernels that leave room for
 * another CTA by their shared memory have registers for it, too.
 */
function launchCycles(config: GemmConfig, model: HopperModel): number {
  const leavesRoom = config.sharedMemoryBytes <= sharedMemoryOfBlock(2);
  return model.launchCycles - (leavesRoom ? model.sharedLaunchCycles : 0);
}

/** Clusters that the device holds at a time. */
export function clusterRoom(
  config: GemmConfig,
  device: SelectionDevice,
  model: HopperModel = hopper,
): number {
  const size = gemmClusterSize(config);
  const fill = size > 2 ? model.largeClusterFill : 1;
  return Math.max(1, Math.floor((blocksAtATime(config, device) / size) * fill));
}

/** Steps of 128 bytes along all of K. */
export function stageCount(problem: GemmProblem): number {
  return ceilDiv(problem.k * operandBytes(problem), stageKBytes);
}

/** One step of 128 bytes of K through a CTA in steady state, when `ctas` are at work. */
function stageCycles(
  problem: GemmProblem,
  config: GemmConfig,
  ctas: number,
  { multiprocessorCount, tcUtil }: SelectionDevice,
  model: HopperModel,
): number {
  const { blockM, blockN, clusterM, clusterN, mathWarpgroups, stages } = config;
  const ctasOfSm = ceilDiv(ctas, multiprocessorCount);
  const tensor =
    (ctasOfSm * blockM * blockN) / (model.tensorElementsPerCycle * (tcUtil ?? model.tensorUtilization));
  const fragments = (blockM / fragmentRows) * (blockN / mmaColumns(config));
  const shared =
    (ctasOfSm * fragments * (fragmentRows + mmaColumns(config)) * stageKBytes) /
    model.sharedMemoryBytesPerCycle;
  const rowsOfA = Math.min(blockM, problem.m);
  // What the last CTA of a row of tiles asks for outside B is not free: a copy takes longer for it than for rows that are there.
  const columns = blockN + (model.outsideRowCost - 1) * (ceilDiv(problem.n, blockN) * blockN - problem.n);
  const ingest = (ctasOfSm * (rowsOfA + columns) * stageKBytes) / model.ingestBytesPerCycle;
  const l2 = (ctas * (rowsOfA / clusterN + blockN / clusterM) * stageKBytes) / model.l2BytesPerCycle;
  const rowsFromMemory =
    rowsOfA / ceilDiv(problem.n, blockN) + Math.min(blockN, problem.n) / ceilDiv(problem.m, blockM);
  const stream = (ctasOfSm * rowsFromMemory * stageKBytes) / model.streamBytesPerCycle;
  const latency = model.loadLatencyCycles / stages;
  const switching = fragmentSwitchCycles(problem, fragments / mathWarpgroups, model);
  return overlapped(
    [
      tensor + switching,
      shared,
      ingest,
      l2,
      stream,
      latency,
      warpgroupCycles(problem, config, model) + switching,
    ],
    model,
  );
}

/** What a stage loses between one fragment of a warpgroup and the next. */
function fragmentSwitchCycles(problem: GemmProblem, fragments: number, model: HopperModel): number {
  return problem.operandType === 'bfloat16' ? 0 : (fragments - 1) * model.fragmentSwitchCycles;
}

/** Columns of one instruction. */
function mmaColumns({ blockN, warpgroupsN = 1 }: GemmConfig): number {
  const columns = blockN / warpgroupsN;
  return columns > 192 ? columns / 2 : columns;
}

/**
 * One stage as a single warpgroup lives it. With FP8, multiplying and promoting come one after the other, unless a second
 * partial sum lets them overlap; warpgroups that share a tile tend to multiply, and to promote, at the same time.
 */
function warpgroupCycles(problem: GemmProblem, config: GemmConfig, model: HopperModel): number {
  const { blockM, blockN, mathWarpgroups, partialSums = 1, blocksPerSm = 1 } = config;
  const share = (blockM * blockN) / mathWarpgroups;
  const alone = share / model.tensorElementsPerCycle;
  if (problem.operandType === 'bfloat16') return alone;
  // With a scale for each column, scales are multiplied for each element, too.
  const operations = config.columnScaling === 'per_column' ? 2 : 1;
  const promotion = (share / fragmentRows) * model.promotionCyclesPerColumn * operations;
  if (partialSums > 1) return Math.max(alone, promotion);
  const together = blocksPerSm > 1 || mathWarpgroups > 2 ? alone : alone * mathWarpgroups;
  return together + promotion;
}

/** From the last stage of a tile to the first of the next. */
function finishCycles(
  { blockM, blockN, output, clusterM, clusterN, splitK = 1 }: GemmConfig,
  isFp8: boolean,
  model: HopperModel,
): number {
  if (splitK > 1) {
    const sums = blockM * blockN * Float32Array.BYTES_PER_ELEMENT;
    return (
      model.reductionCycles +
      Math.log2(splitK) * model.reductionCyclesPerDoubling +
      sums / model.reductionBytesPerCycle
    );
  }
  const waiting = isFp8 ? model.clusterTileCyclesFp8 : model.clusterTileCyclesBf16;
  const sharing = clusterM * clusterN > 1 ? waiting : 0;
  return (
    sharing + model.storeOverheadCycles + (blockM * blockN * outputBytes[output]) / model.storeBytesPerCycle
  );
}

/**
 * Every input read once and every output written once: whole waves as fast as the memory gives, and in the last one no more
 * than its CTAs take in.
 */
function memoryCycles(problem: GemmProblem, ctas: number, room: number, model: HopperModel): number {
  const { n, k } = problem;
  const rows = problem.kind === 'm-grouped-masked' ? problem.groups * problem.expectedM : problem.m;
  const matricesOfD = problem.kind === 'k-grouped' ? problem.groups : 1;
  const output = outputBytes[problem.outputType] * matricesOfD * rows * n * (problem.accumulate ? 2 : 1);
  const bytes = operandBytes(problem) * (rows + matricesOfB(problem) * n) * k + output;
  const rate = model.deviceMemoryBytesPerSecond / model.cyclesPerSecond;
  const last = ctas % room === 0 ? room : ctas % room;
  const rateOfLast = Math.min(rate, last * model.streamBytesPerCycle);
  return (bytes / ctas) * ((ctas - last) / rate + last / rateOfLast);
}

/** Those that are read: no more groups have rows than there are segments. */
function matricesOfB(problem: GemmProblem): number {
  switch (problem.kind) {
    case 'dense':
    case 'k-grouped':
      return 1;
    case 'm-grouped-contiguous':
      return Math.min(problem.groups, ceilDiv(problem.m, problem.mkAlignment));
    case 'm-grouped-masked':
      return problem.groups;
  }
}

function operandBytes(problem: GemmProblem): number {
  return problem.operandType === 'float8_e4m3fn' ? 1 : 2;
}

/** The time of things that go on at once: a little more than the longest, where others come close. */
function overlapped(cycles: readonly number[], { overlapOrder }: HopperModel): number {
  const longest = Math.max(...cycles);
  const sum = cycles.reduce((total, each) => total + (each / longest) ** overlapOrder, 0);
  return longest * sum ** (1 / overlapOrder);
}
