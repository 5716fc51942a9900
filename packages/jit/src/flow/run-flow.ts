import { setTimeout as sleep } from 'node:timers/promises';
import { runProcess, runProcessSync } from '../process/run-process.js';
import type { Semaphore } from '../semaphore.js';
import type { Flow, Wait } from './flow.js';

export interface FlowSurroundings {
  readonly slots: Semaphore;
  /** Ends the flow, and the process it waits for, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a flow with the event loop free. */
export async function runFlow<Result>(flow: Flow<Result>, surroundings: FlowSurroundings): Promise<Result> {
  let step = flow.next();
  while (step.done !== true) {
    let answer: unknown;
    try {
      answer = await answerTo(step.value, surroundings);
    } catch (error) {
      step = flow.throw(error);
      continue;
    }
    step = flow.next(answer);
  }
  return step.value;
}

async function answerTo(wait: Wait, { slots, signal }: FlowSurroundings): Promise<unknown> {
  signal?.throwIfAborted();
  switch (wait.for) {
    case 'process': {
      const outcome = await runProcess(wait.request, signal);
      // Killed by us, which says nothing of the kernel.
      signal?.throwIfAborted();
      return outcome;
    }
    case 'time':
      return await sleep(wait.milliseconds, undefined, { signal }).catch((error: unknown) => {
        // Node wraps the reason.
        throw signal?.reason ?? error;
      });
    case 'slot':
      return await slots.enter(signal);
  }
}

/** Runs a flow on this thread, which waits. */
export function runFlowSync<Result>(flow: Flow<Result>): Result {
  let step = flow.next();
  while (step.done !== true) {
    let answer: unknown;
    try {
      answer = answerSync(step.value);
    } catch (error) {
      step = flow.throw(error);
      continue;
    }
    step = flow.next(answer);
  }
  return step.value;
}

function answerSync(wait: Wait): unknown {
  switch (wait.for) {
    case 'process':
      return runProcessSync(wait.request);
    case 'time':
      return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait.milliseconds);
    case 'slot':
      return () => {};
  }
}
