import { fork } from 'node:child_process';
import type { WorkerEnd, WorkerMessage } from './worker-messages.js';

/** Runs this program again as the process that measures. */
export function forkWorker(
  args: readonly string[],
  onMessage: (message: WorkerMessage) => void,
): Promise<WorkerEnd> {
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1]!, args);
    child.on('message', (message) => onMessage(message as WorkerMessage));
    child.once('error', reject);
    // Not 'exit': messages may still be on their way then.
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

/** Tells the process that started this one. Resolves when the message is on its way. */
export function sendMessage(message: WorkerMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, undefined, (error) => (error === null ? resolve() : reject(error)));
  });
}
