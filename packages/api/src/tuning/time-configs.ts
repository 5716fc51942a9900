import type { GemmConfig } from '@dg/kernels';
import { ceilDiv, DgCompileError, type KernelDevice, type Stream, withScratch } from '@dg/runtime';
import { estimatedMicroseconds } from '../config/estimated-microseconds.js';
import type { SelectionDevice } from '../config/selection-device.js';
import { type GemmPlan, gemmKernelSource, planOf } from '../launch/gemm-plan.js';
import { launchPlan } from '../launch/launch-gemm.js';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { timeReplays } from '../timing/time-replays.js';
import { operandSets } from './operand-sets.js';

export interface TimingEffort {
  /** Launches in a graph take about so long, one and `mostLaunches` of them at the least and the most. */
  readonly graphMicroseconds: number;
  readonly mostLaunches: number;
  /** Of a graph, of which the median counts. */
  readonly replays: number;
  /** Of all configurations in turn, of which the fastest counts. */
  readonly rounds: number;
}

export const fullEffort: TimingEffort = { graphMicroseconds: 2000, mostLaunches: 32, replays: 7, rounds: 2 };

/**
 * Microseconds of a launch by each configuration, one launch after the other in a graph, with dependent launch. Undefined
 * for one that does not compile; there must be one that does.
 *
 * @throws DgOutOfMemoryError; DgCompileError when none compiles; the reason of `signal`.
 */
export async function timeConfigs(
  device: KernelDevice,
  problem: GemmProblem,
  selectionDevice: SelectionDevice,
  configs: readonly GemmConfig[],
  signal?: AbortSignal,
  effort: TimingEffort = fullEffort,
): Promise<readonly (number | undefined)[]> {
  const plans = await plansFor(device, problem, selectionDevice, configs);
  signal?.throwIfAborted();
  const { sets, destroy } = await operandSets(device, problem);
  const stream = device.createStream();
  try {
    await device.synchronize();
    const launches = launchesOf(problem, selectionDevice, configs[0]!, sets.length, effort);
    const least: (number | undefined)[] = plans.map(() => undefined);
    for (let round = 0; round < effort.rounds; round++) {
      for (const [index, plan] of plans.entries()) {
        signal?.throwIfAborted();
        if (plan === undefined) continue;
        const launch = (operands: GemmOperands) =>
          withScratch(stream, (scratch) => {
            const options = { stream, dependentLaunch: true, settled: 'b', scratch } as const;
            launchPlan(device, plan, problem, operands, options);
          });
        const microseconds = await timeLaunches(stream, sets, launch, launches, effort.replays);
        least[index] = Math.min(least[index] ?? microseconds, microseconds);
      }
    }
    return least;
  } finally {
    stream.destroy();
    destroy();
  }
}

async function plansFor(
  device: KernelDevice,
  problem: GemmProblem,
  selectionDevice: SelectionDevice,
  configs: readonly GemmConfig[],
): Promise<readonly (GemmPlan | undefined)[]> {
  const kernels = await Promise.allSettled(
    configs.map((config) => device.prepareKernel(gemmKernelSource(problem, config))),
  );
  const failures = kernels.flatMap((kernel) => (kernel.status === 'rejected' ? [kernel.reason] : []));
  const isFatal = (error: unknown) => !(error instanceof DgCompileError);
  const fault = failures.find(isFatal) ?? (failures.length === configs.length ? failures[0] : undefined);
  if (fault !== undefined) throw fault;
  return kernels.map((kernel, index) =>
    kernel.status === 'rejected'
      ? undefined
      : planOf(problem, configs[index]!, selectionDevice, kernel.value),
  );
}

/** Every set as often as the others: what a replay takes last is not what the next one takes first. */
export function launchesOf(
  problem: GemmProblem,
  selectionDevice: SelectionDevice,
  config: GemmConfig,
  sets: number,
  { graphMicroseconds, mostLaunches }: TimingEffort,
): number {
  const wanted = Math.ceil(graphMicroseconds / estimatedMicroseconds(problem, config, selectionDevice));
  return sets * ceilDiv(Math.min(wanted, mostLaunches), sets);
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
