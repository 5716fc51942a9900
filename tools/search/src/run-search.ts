import { setMaxListeners } from 'node:events';
import type { SearchOperation } from '@dg/testing';
import type { CaseOutcome } from './case-outcome.js';
import { drawCase } from './draw-case.js';
import { type SearchWorker, startWorker, type WorkerProgram } from './search-worker.js';

export interface SearchRun {
  readonly program: WorkerProgram;
  readonly operations: readonly SearchOperation[];
  /** Cases 0 to `cases` - 1. */
  readonly cases: number;
  readonly workers: number;
  /** No case is begun after so many failed, or after so many seconds. */
  readonly mostFailures: number;
  readonly seconds: number;
  onOutcome(outcome: CaseOutcome): void;
}

/**
 * Runs cases in several processes at once, each with a device context of its own. After a failure its process is
 * replaced: a fault of a kernel would fail every later call in it.
 *
 * @returns the device, in words; no process is left then, nor after an error.
 * @throws DgUnavailableError when the device cannot be used.
 */
export async function runSearch(run: SearchRun): Promise<string> {
  const end = performance.now() + run.seconds * 1000;
  let next = 0;
  let failures = 0;
  let device = '';
  let cause: { readonly error: unknown } | undefined;
  const abortion = new AbortController();
  // One for each process.
  setMaxListeners(0, abortion.signal);
  const goesOn = () => next < run.cases && failures < run.mostFailures && performance.now() < end;

  const runLane = async () => {
    let worker: SearchWorker | undefined;
    try {
      while (goesOn()) {
        const index = next++;
        worker ??= await startWorker(run.program, abortion.signal);
        device = worker.device;
        const outcome = await outcomeFrom(worker, index, run);
        // A case that was under way when all were ended says nothing.
        if (abortion.signal.aborted) break;
        run.onOutcome(outcome);
        if (outcome.failure === undefined) continue;
        failures++;
        await worker.stop();
        worker = undefined;
      }
    } catch (error) {
      // Without a device there is nothing to do for the others either.
      cause ??= { error };
      abortion.abort();
      next = run.cases;
      throw error;
    } finally {
      await worker?.stop();
    }
  };
  await Promise.allSettled(Array.from({ length: Math.min(run.workers, run.cases) }, runLane));
  // Lanes that were ended have errors of their own, which are not the cause.
  if (cause !== undefined) throw cause.error;
  return device;
}

/** A case in which the process ends is one that failed. */
async function outcomeFrom(worker: SearchWorker, index: number, run: SearchRun): Promise<CaseOutcome> {
  const start = performance.now();
  const answer = await worker.run(index);
  if (!('reason' in answer)) return answer;
  const drawn = drawCase(run.operations, { ...run.program.settings, index });
  return {
    index,
    operation: drawn.operation,
    refused: drawn.refused,
    milliseconds: performance.now() - start,
    failure: { description: drawn.description, message: answer.reason },
  };
}
