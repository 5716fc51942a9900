import type { CacheEntry } from './cache/cache-entry.js';
import type { KernelCache } from './cache/kernel-cache.js';
import type { ScratchDirectory } from './cache/scratch-directory.js';
import type { CompileJob } from './compile-job.js';
import { imageOfOutcome } from './compile-outcome.js';
import type { Environment } from './environment-variables.js';
import { portableNvccCommand, SOURCE_FILE } from './nvcc/nvcc-command.js';
import { nvccProcessEnvironment } from './nvcc/nvcc-process-environment.js';
import {
  type ProcessOutcome,
  type ProcessRequest,
  runProcess,
  runProcessSync,
} from './process/run-process.js';

export interface BuildTools {
  readonly cache: KernelCache;
  readonly env: Environment;
  /** Of one run of the compiler. */
  readonly timeoutMs: number;
}

/** A compiled kernel; `path` is undefined where the cache could not keep it. */
export type BuiltKernel = Omit<CacheEntry, 'path'> & { readonly path: string | undefined };

/** Runs the compiler and keeps what it made. Throws DgCompileError. */
export async function buildKernel(job: CompileJob, tools: BuildTools): Promise<BuiltKernel> {
  const scratch = openScratch(job, tools);
  try {
    return keep(job, tools, scratch, await runProcess(toRequest(job, tools, scratch)));
  } finally {
    scratch.remove();
  }
}

/** The blocking twin of `buildKernel`. */
export function buildKernelSync(job: CompileJob, tools: BuildTools): BuiltKernel {
  const scratch = openScratch(job, tools);
  try {
    return keep(job, tools, scratch, runProcessSync(toRequest(job, tools, scratch)));
  } finally {
    scratch.remove();
  }
}

function openScratch(job: CompileJob, { cache }: BuildTools): ScratchDirectory {
  return cache.openScratch({ [SOURCE_FILE]: job.source.code });
}

function toRequest(
  job: CompileJob,
  { env, timeoutMs }: BuildTools,
  scratch: ScratchDirectory,
): ProcessRequest {
  return {
    command: job.command,
    directory: scratch.work,
    env: nvccProcessEnvironment(job.nvcc, env, scratch.temporary),
    timeoutMs,
  };
}

function keep(
  job: CompileJob,
  { cache, timeoutMs }: BuildTools,
  scratch: ScratchDirectory,
  outcome: ProcessOutcome,
): BuiltKernel {
  const image = imageOfOutcome(job, outcome, scratch.work, timeoutMs);
  const entry = cache.publish(scratch, job.address, image, {
    name: job.source.name,
    entry: job.source.entry,
    architecture: job.target.architecture,
    compiler: job.compiler,
    command: portableNvccCommand(job.source, job.target),
    log: outcome.output,
  });
  return entry ?? { path: undefined, image, log: outcome.output };
}
