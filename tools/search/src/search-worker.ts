import { fork } from 'node:child_process';
import { DgUnavailableError } from '@dg/jit';
import type { CaseOutcome } from './case-outcome.js';
import type { FromWorker, WorkerSettings } from './worker-messages.js';

/** A process that runs cases. */
export interface SearchWorker {
  /** `cuda:0 (NVIDIA H200)` */
  readonly device: string;
  /** Undefined when the process ended, or was ended, without an answer; `reason` then says why. */
  run(index: number): Promise<CaseOutcome | WorkerEnd>;
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface WorkerEnd {
  readonly reason: string;
}

export interface WorkerProgram {
  /** A module that speaks the messages of `worker-messages.ts`. */
  readonly path: string;
  readonly settings: WorkerSettings;
  /** A case that takes longer is given up, and its process ended. */
  readonly caseSeconds: number;
}

/** A device that is not there by then will not come. */
const startSeconds = 120;

/**
 * Starts a process and waits until it has its device.
 *
 * @param signal ends the process at any time.
 * @throws DgUnavailableError when the device cannot be used, or the process ends before.
 */
export async function startWorker(
  { path, settings, caseSeconds }: WorkerProgram,
  signal: AbortSignal,
): Promise<SearchWorker> {
  const child = fork(path, [JSON.stringify(settings)]);
  const ended = new Promise<WorkerEnd>((resolve) => {
    child.on('error', (error) => {
      // A message that could not be sent is followed by the end of the process; one that never ran has no other end.
      if (child.pid === undefined) resolve({ reason: `the process could not run: ${error.message}` });
    });
    child.once('exit', (code, cause) =>
      resolve({ reason: `the process ended with ${cause ?? `exit code ${code}`}` }),
    );
  });
  const nextMessage = () =>
    new Promise<FromWorker>((resolve) => {
      child.once('message', (message) => resolve(message as FromWorker));
    });

  const kill = () => void child.kill('SIGKILL');
  if (signal.aborted) kill();
  signal.addEventListener('abort', kill, { once: true });
  void ended.then(() => signal.removeEventListener('abort', kill));
  const stop = async () => {
    kill();
    await ended;
  };
  const startTimer = setTimeout(kill, startSeconds * 1000);
  const first = await Promise.race([nextMessage(), ended]);
  clearTimeout(startTimer);
  if (!('type' in first) || first.type !== 'ready') {
    await stop();
    throw unavailable(settings.device, 'reason' in first ? first.reason : messageOf(first));
  }
  return {
    device: `${first.name} (${first.model})`,
    run: async (index) => {
      const answer = nextMessage();
      child.send(index);
      const timer = setTimeout(() => child.kill('SIGKILL'), caseSeconds * 1000);
      const start = performance.now();
      const message = await Promise.race([answer, ended]);
      clearTimeout(timer);
      if ('type' in message && message.type === 'outcome') return message.outcome;
      const seconds = (performance.now() - start) / 1000;
      if (seconds >= caseSeconds) return { reason: `no end within ${caseSeconds} s` };
      return 'reason' in message ? message : { reason: messageOf(message) };
    },
    stop,
  };
}

function messageOf(message: FromWorker): string {
  return message.type === 'unavailable' ? message.message : `the process sent "${message.type}"`;
}

function unavailable(device: string, reason: string): DgUnavailableError {
  return new DgUnavailableError(
    'search-worker-not-started',
    `expected the device ${device} for the search but received: ${reason}`,
    'Run it where that device is, or give another --device.',
  );
}
