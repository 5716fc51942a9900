import type { Stream } from '@dg/runtime';

/** One operation of an example, as it is queued, timed and shown. */
export interface Step {
  readonly name: string;
  /** `128 x 512 x 256`, for the table. */
  readonly shape: string;
  /** Multiplications and additions of one run; 0 for what only moves memory. */
  readonly operations: number;
  /** Bytes that have to be read and written at least. */
  readonly bytes: number;
  readonly enqueue: (stream: Stream) => void;
}

export function enqueueSteps(steps: readonly Step[], stream: Stream): void {
  for (const step of steps) step.enqueue(stream);
}
