import type { Device, Stream } from '@dg/runtime';
import { median } from '../timing/median.js';
import { timeReplays } from '../timing/time-replays.js';

export interface CallTimes {
  /** Wall time until the result of the first call is there; compiling included. */
  readonly firstMilliseconds: number;
  /** Median of several measurements. */
  readonly callMicroseconds: number;
}

const launchesPerGraph = 20;
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
