import type { Graph, Stream, TransferOptions } from '@dg/runtime';
import { median } from '../statistics/median.js';

/** How much is timed. */
export interface TimingEffort {
  readonly fewestLaunches: number;
  readonly warmReplays: number;
  readonly timedReplays: number;
  /** Ends the timed replays before, but not before the third. */
  readonly millisecondsAtMost?: number;
}

const fewestReplays = 3;

/** What the figures of the benchmark are made with. */
export const protocolEffort: TimingEffort = { fewestLaunches: 16, warmReplays: 3, timedReplays: 15 };

/**
 * Microseconds per launch: a graph of max(calls, 16) launches that cycle through the calls, which enqueue on `stream`,
 * replayed 3 times to warm up and 15 times, all of them between events; the median over the 15. Gaps between launches
 * count. Each call must have run before, so that nothing is compiled while the graph is made.
 *
 * With `prepareCheck`, that is called at the end and the graph is replayed once more, not timed: what it leaves is
 * what the launches that were timed make of the memory.
 */
export async function timeLaunches(
  stream: Stream,
  calls: readonly (() => void)[],
  effort: TimingEffort = protocolEffort,
  prepareCheck?: () => void,
): Promise<number> {
  const { warmReplays, timedReplays, millisecondsAtMost = Number.POSITIVE_INFINITY } = effort;
  const launches = launchCount(calls.length, effort);
  const graph = stream.capture(() => {
    for (let launch = 0; launch < launches; launch++) calls[launch % calls.length]!();
  });
  try {
    const on = { stream };
    for (let replay = 0; replay < warmReplays; replay++) await replayMilliseconds(graph, on);
    const microseconds: number[] = [];
    let milliseconds = 0;
    for (let replay = 0; replay < timedReplays; replay++) {
      if (replay >= fewestReplays && milliseconds > millisecondsAtMost) break;
      const elapsed = await replayMilliseconds(graph, on);
      milliseconds += elapsed;
      microseconds.push((elapsed * 1000) / launches);
    }
    if (prepareCheck !== undefined) {
      prepareCheck();
      graph.launch(on);
      await stream.synchronize();
    }
    return median(microseconds);
  } finally {
    graph.destroy();
  }
}

/**
 * One replay, waited for. The GPU is idle and its clock runs from the first record on: nothing but the launch may come
 * between the records.
 */
async function replayMilliseconds(graph: Graph, on: TransferOptions & { stream: Stream }): Promise<number> {
  const start = on.stream.record();
  graph.launch(on);
  const end = on.stream.record();
  await end.synchronize();
  const elapsed = end.elapsedSince(start);
  start.destroy();
  end.destroy();
  return elapsed;
}

/** How often one replay makes the last of `calls` calls. */
export function launchesOfLast(calls: number, effort: TimingEffort): number {
  return Math.floor(launchCount(calls, effort) / calls);
}

function launchCount(calls: number, { fewestLaunches }: TimingEffort): number {
  return Math.max(calls, fewestLaunches);
}
