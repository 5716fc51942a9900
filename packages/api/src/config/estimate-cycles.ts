import { type GemmConfig, gemmClusterSize, outputBytes, stageKBytes } from '@dg/kernels';
import { ceilDiv } from '../problem/ceil-div.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { hopper } from './hopper-model.js';

const fragmentRows = 64;

/** Cycles from the start of the launch to its end, by the slowest of the resources that work side by side. */
export function estimateCycles(problem: GemmProblem, config: GemmConfig, multiprocessors: number): number {
  const { m, n } = problem;
  const tiles = ceilDiv(m, config.blockM * config.clusterM) * ceilDiv(n, config.blockN * config.clusterN);
  const clusters = Math.floor(multiprocessors / gemmClusterSize(config));
  const waves = ceilDiv(tiles, clusters);
  return hopper.launchCycles + Math.max(waves * tileCycles(problem, config), memoryCycles(problem));
}

function tileCycles(problem: GemmProblem, config: GemmConfig): number {
  const stages = ceilDiv(problem.k * operandBytes(problem), stageKBytes);
  return stages * stageCycles(problem, config) + storeCycles(config);
}

/** One step of 128 bytes of K through a CTA in steady state. */
function stageCycles(problem: GemmProblem, config: GemmConfig): number {
  const { blockM, blockN, clusterM, clusterN } = config;
  const tensor = (blockM * blockN) / hopper.tensorElementsPerCycle;
  const fragments = blockM / fragmentRows;
  const shared = (fragments * (fragmentRows + blockN) * stageKBytes) / hopper.sharedMemoryBytesPerCycle;
  const l2 = ((blockM / clusterN + blockN / clusterM) * stageKBytes) / hopper.l2BytesPerCycle;
  const latency = hopper.loadLatencyCycles / config.stages;
  return Math.max(tensor, shared, l2, latency, warpgroupCycles(problem, config));
}

/** One stage as a single warpgroup lives it: with FP8, multiplying and promoting come one after the other. */
function warpgroupCycles(problem: GemmProblem, config: GemmConfig): number {
  if (problem.operandType === 'bfloat16') return hopper.stageOverheadCycles / 2;
  const multiply = (fragmentRows * config.blockN) / hopper.tensorElementsPerCycle;
  return multiply + hopper.promotionCyclesPerColumn * config.blockN + hopper.stageOverheadCycles;
}

function storeCycles(config: GemmConfig): number {
  const bytes = config.blockM * config.blockN * outputBytes[config.output];
  return hopper.storeOverheadCycles + bytes / hopper.storeBytesPerCycle;
}

/** Every input read once and every output written once. */
function memoryCycles(problem: GemmProblem): number {
  const { m, n, k } = problem;
  const output = outputBytes[problem.outputType] * m * n * (problem.accumulate ? 2 : 1);
  const bytes = operandBytes(problem) * (m + n) * k + output;
  return (bytes / hopper.deviceMemoryBytesPerSecond) * hopper.cyclesPerSecond;
}

function operandBytes(problem: GemmProblem): number {
  return problem.operandType === 'float8_e4m3fn' ? 1 : 2;
}
