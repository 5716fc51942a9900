import type { Graph, Stream } from '@dg/runtime';
import { median } from './median.js';

/** Microseconds of one replay of a graph, between events: the median of several after one to warm up. */
export async function timeReplays(stream: Stream, graph: Graph, runs = 7): Promise<number> {
  graph.launch({ stream });
  const microseconds: number[] = [];
  for (let run = 0; run < runs; run++) microseconds.push(await timeReplay(stream, graph));
  return median(microseconds);
}

async function timeReplay(stream: Stream, graph: Graph): Promise<number> {
  const events = [stream.record()];
  try {
    graph.launch({ stream });
    events.push(stream.record());
    await events[1]!.synchronize();
    return events[1]!.elapsedSince(events[0]!) * 1000;
  } finally {
    for (const event of events) event.destroy();
  }
}
