import type { GemmConfig } from '@dg/kernels';
import {
  ceilDiv,
  DgCompileError,
  DgOutOfMemoryError,
  type KernelDevice,
  type Stream,
  withScratch,
} from '@dg/runtime';
import { type GemmPlan, gemmKernelSource, planOf } from '../launch/gemm-plan.js';
import { launchPlan } from '../launch/launch-gemm.js';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { timeReplays } from '../timing/time-replays.js';
import { TuningMemory } from './tuning-memory.js';
import { tuningOperands } from './tuning-operands.js';

/** Operands take turns, and are this many times as large as L2, so that a launch finds nothing of its own there. */
const timesL2 = 3;
const mostSets = 64;

export interface TimingEffort {
  /** Launches in a graph, at least. */
  readonly launches: number;
  /** Of a graph, of which the median counts. */
  readonly replays: number;
  /** Of all configurations in turn, of which the fastest counts. */
  readonly rounds: number;
}

const fullEffort: TimingEffort = { launches: 16, replays: 7, rounds: 2 };

/**
 * Microseconds of a launch by each configuration, one launch after the other in a graph, with dependent launch. Undefined
 * for one that does not compile; there must be one that does.
 *
 * @throws DgOutOfMemoryError; DgCompileError when none compiles; the reason of `signal`.
 */
export async function timeConfigs(
  device: KernelDevice,
  problem: GemmProblem,
  numSms: number,
  configs: readonly GemmConfig[],
  signal?: AbortSignal,
  { launches, replays, rounds }: TimingEffort = fullEffort,
): Promise<readonly (number | undefined)[]> {
  const plans = await plansFor(device, problem, numSms, configs);
  signal?.throwIfAborted();
  const memory = new TuningMemory(device);
  const stream = device.createStream();
  try {
    const sets = operandSets(memory, problem, device.properties.l2CacheBytes);
    await device.synchronize();
    const least: (number | undefined)[] = plans.map(() => undefined);
    for (let round = 0; round < rounds; round++) {
      for (const [index, plan] of plans.entries()) {
        signal?.throwIfAborted();
        if (plan === undefined) continue;
        const launch = (operands: GemmOperands) =>
          withScratch(stream, (scratch) => {
            const options = { stream, dependentLaunch: true, constantB: false, scratch };
            launchPlan(device, plan, problem, operands, options);
          });
        const microseconds = await timeLaunches(
          stream,
          sets,
          launch,
          Math.max(launches, sets.length),
          replays,
        );
        least[index] = Math.min(least[index] ?? microseconds, microseconds);
      }
    }
    return least;
  } finally {
    stream.destroy();
    memory.destroy();
  }
}

async function plansFor(
  device: KernelDevice,
  problem: GemmProblem,
  numSms: number,
  configs: readonly GemmConfig[],
): Promise<readonly (GemmPlan | undefined)[]> {
  const kernels = await Promise.allSettled(
    configs.map((config) => device.prepareKernel(gemmKernelSource(problem, config))),
  );
  const failures = kernels.flatMap((kernel) => (kernel.status === 'rejected' ? [kernel.reason] : []));
  const isFatal = (error: unknown) => !(error instanceof DgCompileError);
  const fault = failures.find(isFatal) ?? (failures.length === configs.length ? failures[0] : undefined);
  if (fault !== undefined) throw fault;
  const selectionDevice = { multiprocessorCount: device.properties.multiprocessorCount, numSms };
  return kernels.map((kernel, index) =>
    kernel.status === 'rejected'
      ? undefined
      : planOf(problem, configs[index]!, selectionDevice, kernel.value),
  );
}

async function timeLaunches(
  stream: Stream,
  sets: readonly GemmOperands[],
  launch: (operands: GemmOperands) => void,
  launches: number,
  replays: number,
): Promise<number> {
  const graph = stream.capture(() => {
    for (let index = 0; index < launches; index++) launch(sets[index % sets.length]!);
  });
  try {
    return (await timeReplays(stream, graph, replays)) / launches;
  } finally {
    graph.destroy();
  }
}

/** As many as it takes, and as there is memory for: one at least. */
function operandSets(
  memory: TuningMemory,
  problem: GemmProblem,
  l2CacheBytes: number,
): readonly GemmOperands[] {
  const sets = [tuningOperands(memory, problem)];
  const count = Math.min(mostSets, ceilDiv(timesL2 * l2CacheBytes, memory.byteLength));
  try {
    while (sets.length < count) sets.push(tuningOperands(memory, problem));
  } catch (error) {
    if (!(error instanceof DgOutOfMemoryError)) throw error;
  }
  return sets;
}
