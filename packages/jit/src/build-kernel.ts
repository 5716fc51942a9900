import type { KernelStore } from './cache/kernel-store.js';
import type { ScratchDirectory } from './cache/scratch-directory.js';
import type { CompileJob } from './compile-job.js';
import { imageOfOutcome, lackedRoom } from './compile-outcome.js';
import { InputsChangedError } from './errors/inputs-changed-error.js';
import { type Flow, processOutcome } from './flow/flow.js';
import type { Logger } from './logger.js';
import type { ProcessOutcome, ProcessRequest } from './process/run-process.js';
import { SOURCE_FILE } from './toolchain/toolchain.js';

export interface BuildTools {
  readonly store: KernelStore;
  readonly logger: Logger;
  /** Of one run of the compiler. */
  readonly timeoutMs: number;
  /** What changed since the job was made, in words. */
  readonly inputChange: (job: CompileJob) => string | undefined;
}

/** A compiled kernel; `path` is undefined where the cache could not keep it. */
export interface BuiltKernel {
  readonly path: string | undefined;
  readonly image: Uint8Array;
  readonly log: string;
}

interface Attempt {
  readonly outcome: ProcessOutcome;
  readonly scratch: ScratchDirectory;
}

/**
 * Runs the compiler and keeps what it made.
 * @throws DgCompileError; InputsChangedError when the job is not what the compiler read, whatever came of that.
 */
export function* buildKernel(job: CompileJob, tools: BuildTools): Flow<BuiltKernel> {
  const opened: ScratchDirectory[] = [];
  try {
    const attempt = yield* runCompiler(job, tools, opened);
    const change = tools.inputChange(job);
    if (change !== undefined) throw new InputsChangedError(job.source.name, change);
    return keep(job, tools, attempt);
  } finally {
    for (const scratch of opened) scratch.remove();
  }
}

/** Once more on another disk, where the cache's own is full. */
function* runCompiler(job: CompileJob, tools: BuildTools, opened: ScratchDirectory[]): Flow<Attempt> {
  const attempt = yield* runIn(openScratch(job, tools, opened, false), job, tools);
  if (!attempt.scratch.isInCache || !lackedRoom(attempt.outcome)) return attempt;
  tools.logger.warn(
    `the disk of cache directory ${tools.store.layout.directory} is full: kernel ${job.source.name} is compiled in the system's temporary directory`,
  );
  return yield* runIn(openScratch(job, tools, opened, true), job, tools);
}

function openScratch(
  job: CompileJob,
  { store }: BuildTools,
  opened: ScratchDirectory[],
  avoidCache: boolean,
): ScratchDirectory {
  const scratch = store.openScratch({ [SOURCE_FILE]: job.source.code }, avoidCache);
  opened.push(scratch);
  return scratch;
}

function* runIn(scratch: ScratchDirectory, job: CompileJob, { timeoutMs }: BuildTools): Flow<Attempt> {
  const request: ProcessRequest = {
    command: job.command,
    directory: scratch.work,
    env: job.toolchain.processEnvironment(scratch.temporary),
    timeoutMs,
  };
  return { outcome: yield* processOutcome(request), scratch };
}

function keep(job: CompileJob, { store, timeoutMs }: BuildTools, { outcome, scratch }: Attempt): BuiltKernel {
  const { source, target, toolchain } = job;
  const image = imageOfOutcome(job, outcome, scratch.work, timeoutMs);
  const kept = store.publish(scratch, job.address, image, {
    name: source.name,
    entry: source.entry,
    architecture: target.architecture,
    output: target.output,
    requestKey: job.requestKey,
    key: job.key,
    compiler: toolchain.kind,
    compilerVersion: toolchain.version,
    command: toolchain.portableCommand(source, target),
    log: outcome.output,
  });
  if (kept === undefined) return { path: undefined, image, log: outcome.output };
  return { path: kept.path, image: kept.image, log: kept.record.log };
}
