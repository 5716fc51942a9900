import type { ProcessOutcome, ProcessRequest } from '../process/run-process.js';

/** What a flow waits for. */
export type Wait =
  | { readonly for: 'process'; readonly request: ProcessRequest }
  | { readonly for: 'time'; readonly milliseconds: number }
  | { readonly for: 'slot' };

/**
 * A sequence of steps, written once and run in two ways: `runFlow` keeps the event loop free while it waits,
 * `runFlowSync` blocks the thread. So a promise and its blocking twin cannot come to differ.
 */
export type Flow<Result> = Generator<Wait, Result, unknown>;

/** Runs a program to its end. */
export function* processOutcome(request: ProcessRequest): Flow<ProcessOutcome> {
  return (yield { for: 'process', request }) as ProcessOutcome;
}

export function* pause(milliseconds: number): Flow<void> {
  yield { for: 'time', milliseconds };
}

/** Runs `body` while it holds one of the places for compilers; a flow that blocks its thread takes none. */
export function* inSlot<Result>(body: () => Flow<Result>): Flow<Result> {
  const leave = (yield { for: 'slot' }) as () => void;
  try {
    return yield* body();
  } finally {
    leave();
  }
}
