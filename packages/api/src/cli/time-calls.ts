import type { Device, Graph, Stream } from '@dg/runtime';

export interface CallTimes {
  /** Wall time until the result of the first call is there; compiling included. */
  readonly firstMilliseconds: number;
  /** Median of several measurements. */
  readonly callMicroseconds: number;
}

const launchesPerGraph = 20;
const graphRuns = 7;
const hostRuns = 3;

/** Times `enqueue`, which queues one call: on a GPU by events around a graph of 20 calls, else by the clock. */
export async function timeCalls(device: Device, enqueue: (stream: Stream) => void): Promise<CallTimes> {
  const stream = device.createStream();
  try {
    await device.synchronize();
    const firstMilliseconds = await clockCall(stream, enqueue);
    const callMicroseconds = device.executesKernels
      ? await timeGraph(stream, enqueue)
      : await timeByClock(stream, enqueue);
    return { firstMilliseconds, callMicroseconds };
  } finally {
    stream.destroy();
  }
}

async function timeGraph(stream: Stream, enqueue: (stream: Stream) => void): Promise<number> {
  const graph = stream.capture(() => {
    for (let launch = 0; launch < launchesPerGraph; launch++) enqueue(stream);
  });
  try {
    return (await timeReplays(stream, graph)) / launchesPerGraph;
  } finally {
    graph.destroy();
  }
}

/** Microseconds of one replay of a graph, between events: the median of several after one to warm up. */
export async function timeReplays(stream: Stream, graph: Graph): Promise<number> {
  graph.launch({ stream });
  const microseconds: number[] = [];
  for (let run = 0; run < graphRuns; run++) {
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

async function timeByClock(stream: Stream, enqueue: (stream: Stream) => void): Promise<number> {
  const microseconds: number[] = [];
  for (let run = 0; run < hostRuns; run++) microseconds.push((await clockCall(stream, enqueue)) * 1000);
  return median(microseconds);
}

async function clockCall(stream: Stream, enqueue: (stream: Stream) => void): Promise<number> {
  const start = performance.now();
  enqueue(stream);
  await stream.synchronize();
  return performance.now() - start;
}

function median(values: number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)]!;
}
