import type { Stream } from '@dg/runtime';
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
 * replayed 3 times to warm up and 15 times between events; the median over the replays. Gaps between launches count.
 * Each call must have run before, so that nothing is compiled while the graph is made.
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
    for (let replay = 0; replay < warmReplays; replay++) graph.launch({ stream });
    await stream.synchronize();
    const microseconds: number[] = [];
    let milliseconds = 0;
    for (let replay = 0; replay < timedReplays; replay++) {
      if (replay >= fewestReplays && milliseconds > millisecondsAtMost) break;
      const start = stream.record();
      graph.launch({ stream });
      const end = stream.record();
      await end.synchronize();
      const elapsed = end.elapsedSince(start);
      milliseconds += elapsed;
      microseconds.push((elapsed * 1000) / launches);
      start.destroy();
      end.destroy();
    }
    if (prepareCheck !== undefined) {
      prepareCheck();
      graph.launch({ stream });
      await stream.synchronize();
    }
    return median(microseconds);
  } finally {
    graph.destroy();
  }
}

/** How often one replay makes the last of `calls` calls. */
export function launchesOfLast(calls: number, effort: TimingEffort): number {
  return Math.floor(launchCount(calls, effort) / calls);
}

function launchCount(calls: number, { fewestLaunches }: TimingEffort): number {
  return Math.max(calls, fewestLaunches);
}
