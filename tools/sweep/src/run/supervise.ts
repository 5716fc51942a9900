import type { SweepLine } from '../sweep-row.js';
import type { Candidate, WorkerEnd, WorkerMessage } from './worker-messages.js';

export interface Supervision {
  /** Starts a process that measures what has no line yet, and passes on what it tells until it ends. */
  startWorker(onMessage: (message: WorkerMessage) => void): Promise<WorkerEnd>;
  /** Keeps a line. */
  record(line: SweepLine): void;
  tell(text: string): void;
}

/**
 * Lets a process measure, and starts another one where it was lost: a kernel that faults, or never ends, takes the device
 * away from the whole process. The configuration that was running then is recorded as a failure and left out.
 *
 * @returns true when everything was measured; false when a process ended before it started to measure anything.
 */
export async function supervise({ startWorker, record, tell }: Supervision): Promise<boolean> {
  for (;;) {
    let running: Candidate | undefined;
    let started = false;
    const end = await startWorker((message) => {
      switch (message.type) {
        case 'compiled':
          tell(compiledText(message));
          break;
        case 'start':
          running = message.candidate;
          started = true;
          break;
        case 'line':
          running = undefined;
          record(message.line);
          break;
      }
    });
    if (end.exitCode === 0) return true;
    const how = end.signal ?? `exit code ${end.exitCode}`;
    if (running !== undefined) record({ ...running, error: `the process ended with ${how}` });
    if (!started) return false;
    tell(`the process that measures ended with ${how}; starting another one for what is left`);
  }
}

function compiledText({ kernels, failed, seconds }: Extract<WorkerMessage, { type: 'compiled' }>): string {
  return `${kernels} kernels ready, ${failed} failed, ${seconds.toFixed(1)} s`;
}
