import type { Stream } from '@dg/runtime';
import { median } from '../statistics/median.js';

const fewestLaunches = 16;
const warmReplays = 3;
const timedReplays = 15;

/**
 * Microseconds per launch: a graph of max(sets, 16) launches that cycle through the sets, replayed 3 times to warm up
 * and 15 times between events; the median over the replays. Gaps between launches count. Each of `enqueues` must
 * have run before, so that nothing is compiled or allocated while the graph is made.
 */
export async function timeLaunches(
  stream: Stream,
  enqueues: readonly ((stream: Stream) => void)[],
): Promise<number> {
  const launches = Math.max(enqueues.length, fewestLaunches);
  const graph = stream.capture(() => {
    for (let launch = 0; launch < launches; launch++) enqueues[launch % enqueues.length]!(stream);
  });
  try {
    for (let replay = 0; replay < warmReplays; replay++) graph.launch({ stream });
    await stream.synchronize();
    const microseconds: number[] = [];
    for (let replay = 0; replay < timedReplays; replay++) {
      const start = stream.record();
      graph.launch({ stream });
      const end = stream.record();
      await end.synchronize();
      microseconds.push((end.elapsedSince(start) * 1000) / launches);
      start.destroy();
      end.destroy();
    }
    return median(microseconds);
  } finally {
    graph.destroy();
  }
}
