import type { Stream } from '@dg/runtime';
import { median } from '../statistics/median.js';

/** How often a call is made. */
export interface HostCallEffort {
  readonly warmCalls: number;
  readonly batches: number;
  readonly callsPerBatch: number;
}

/** V8 takes some thousand calls until all that a call runs is compiled. */
const fullEffort: HostCallEffort = { warmCalls: 10_000, batches: 50, callsPerBatch: 100 };

/** Microseconds of host time for a warm call: the median over 50 batches of 100, the queue drained between them. */
export async function hostTime(
  stream: Stream,
  call: () => void,
  { warmCalls, batches, callsPerBatch }: HostCallEffort = fullEffort,
): Promise<number> {
  const callTime = (calls: number) => {
    const start = performance.now();
    for (let made = 0; made < calls; made++) call();
    return ((performance.now() - start) * 1000) / calls;
  };
  callTime(warmCalls);
  const microseconds: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    await stream.synchronize();
    microseconds.push(callTime(callsPerBatch));
  }
  await stream.synchronize();
  return median(microseconds);
}
