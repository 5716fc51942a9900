import type { Graph, Stream } from '@dg/runtime';
import { median } from './median.js';

/** Microseconds of one replay of a graph, between events: the median of several after one to warm up. */
export async function timeReplays(stream: Stream, graph: Graph, runs = 7): Promise<number> {
  graph.launch({ stream });
  const microseconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = stream.record();
    graph.launch({ stream });
    const end = stream.record();
    await end.synchronize();
    microseconds.push(end.elapsedSince(start) * 1000);
    start.destroy();
    end.destroy();
  }
  return median(microseconds);
}
