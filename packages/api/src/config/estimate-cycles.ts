import { type GemmConfig, gemmClusterSize, outputBytes, stageKBytes } from '@dg/kernels';
import { ceilDiv } from '@dg/runtime';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { hopper } from './hopper-model.js';
import type { SelectionDevice } from './selection-device.js';

const fragmentRows = 64;

/** Cycles from the start of the launch to its end, by the slowest of the resources that work side by side. */
export function estimateCycles(problem: GemmProblem, config: GemmConfig, device: SelectionDevice): number {
  const { multiprocessorCount, numSms = multiprocessorCount } = device;
  const tiles =
    ceilDiv(problem.m, config.blockM * config.clusterM) * ceilDiv(problem.n, config.blockN * config.clusterN);
  const clusterSize = gemmClusterSize(config);
  const waves = ceilDiv(tiles, Math.floor(numSms / clusterSize));
  const busy = Math.min(tiles * clusterSize, numSms);
  const tile = stageCount(problem) * stageCycles(problem, config, busy, device) + storeCycles(config);
  return hopper.launchCycles + Math.max(waves * tile, memoryCycles(problem));
}

function stageCount(problem: GemmProblem): number {
  return ceilDiv(problem.k * operandBytes(problem), stageKBytes);
}

/** One step of 128 bytes of K through a CTA in steady state, when `busy` multiprocessors work. */
function stageCycles(
  problem: GemmProblem,
  config: GemmConfig,
  busy: number,
  { multiprocessorCount, tcUtil = hopper.tensorUtilization }: SelectionDevice,
): number {
  const { blockM, blockN, clusterM, clusterN, mathWarpgroups, stages } = config;
  const rate = mathWarpgroups === 3 ? hopper.threeWarpgroupsFactor : 1;
  const tensor = ((blockM * blockN) / (hopper.tensorElementsPerCycle * tcUtil)) * rate;
  const shared =
    ((blockM / fragmentRows) * (fragmentRows + blockN) * stageKBytes) / hopper.sharedMemoryBytesPerCycle;
  const l2Bytes = (blockM / clusterN + blockN / clusterM) * stageKBytes;
  const l2 = ((l2Bytes / hopper.l2BytesPerCycle) * busy) / multiprocessorCount;
  const hotLines = (hopper.hotLineCycles * busy) / Math.min(problem.m, blockM);
  const latency = hopper.loadLatencyCycles / stages;
  return Math.max(tensor, shared, l2, hotLines, latency, warpgroupCycles(problem, config));
}

/** One stage as a single warpgroup lives it: with FP8, multiplying and promoting come one after the other. */
function warpgroupCycles(problem: GemmProblem, config: GemmConfig): number {
  if (problem.operandType === 'bfloat16') return hopper.stageOverheadCycles;
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
