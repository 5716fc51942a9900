import { spawn, spawnSync } from 'node:child_process';
import { addProcessGroup, killProcessGroup, removeProcessGroup } from './running-processes.js';

/** A program run to its end in a process group of its own, with no shell and no input. */
export interface ProcessRequest {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly directory: string;
  readonly env: Record<string, string>;
  /** After this the whole process group is killed. */
  readonly timeoutMs: number;
}

export interface ProcessOutcome {
  /** Null when the program did not start or died by a signal. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** stdout and stderr together. */
  readonly output: string;
  /** Why the program could not be run. */
  readonly error: Error | undefined;
}

const LONGEST_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Keeps the event loop free. Never rejects: what went wrong is in the outcome. The process group is killed when `signal`
 * aborts, and when this process exits first.
 */
export function runProcess(request: ProcessRequest, signal?: AbortSignal): Promise<ProcessOutcome> {
  const [program = '', ...commandArguments] = request.command;
  return new Promise((settle) => {
    const child = trySpawn(program, commandArguments, request);
    if (child instanceof Error) {
      settle({ exitCode: null, signal: null, timedOut: false, output: '', error: child });
      return;
    }
    const chunks: Buffer[] = [];
    let timedOut = false;
    const kill = () => killProcessGroup(child.pid);
    let hasExited = false;
    let hasFinished = false;
    const overdue = () => {
      if (hasFinished) return;
      timedOut = !hasExited;
      kill();
    };
    // After a pause of this process, the news that the child has ended may be there but not read yet.
    const timer = setTimeout(() => setImmediate(overdue), request.timeoutMs);
    if (child.pid !== undefined) addProcessGroup(child.pid);
    signal?.addEventListener('abort', kill, { once: true });
    const finish = (outcome: Pick<ProcessOutcome, 'exitCode' | 'signal' | 'error'>) => {
      hasFinished = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
      if (child.pid !== undefined) removeProcessGroup(child.pid);
      settle({ ...outcome, timedOut, output: Buffer.concat(chunks).toString('utf8') });
    };
    // The types do not say that both are missing when the system refuses a new process.
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('exit', () => {
      hasExited = true;
    });
    child.on('error', (error) => finish({ exitCode: null, signal: null, error }));
    child.on('close', (exitCode, signal) => finish({ exitCode, signal, error: undefined }));
  });
}

/** Node throws some refusals of the system, such as too long arguments, and emits the others. */
function trySpawn(program: string, commandArguments: readonly string[], request: ProcessRequest) {
  try {
    return spawn(program, commandArguments, {
      cwd: request.directory,
      env: request.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  } catch (error) {
    return error as Error;
  }
}

/** The blocking twin of `runProcess`. */
export function runProcessSync(request: ProcessRequest): ProcessOutcome {
  const [program = '', ...commandArguments] = request.command;
  const options = {
    cwd: request.directory,
    env: request.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: request.timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: LONGEST_OUTPUT_BYTES,
    // Missing from the types, but spawnSync honours it; without it the group could not be killed.
    detached: true,
  } as const;
  const result = spawnSync(program, commandArguments, { ...options, stdio: [...options.stdio] });
  const timedOut = (result.error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT';
  // spawnSync kills only the program itself, and what it started would live on.
  if (timedOut) killProcessGroup(result.pid);
  return {
    exitCode: result.status,
    signal: result.signal,
    timedOut,
    output: `${result.stdout ?? ''}${result.stderr ?? ''}`,
    error: timedOut ? undefined : result.error,
  };
}
