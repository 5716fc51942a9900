import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { type BuiltKernel, buildKernel, buildKernelSync } from './build-kernel.js';
import { defaultCacheDirectory } from './cache/default-cache-directory.js';
import { KernelCache } from './cache/kernel-cache.js';
import { type CompileJob, planCompileJob } from './compile-job.js';
import { CompileReporter } from './compile-reporter.js';
import type { CompileTarget } from './compile-target.js';
import type { CompiledKernel, CompileOptions, Compiler, CompilerOptions } from './compiler-types.js';
import { defaultLogger } from './create-logger.js';
import { DgError } from './errors/dg-error.js';
import { DgValidationError } from './errors/dg-validation-error.js';
import { HeaderReader } from './headers/header-reader.js';
import { readJitEnvironment } from './jit-environment.js';
import type { KernelSource } from './kernel-source.js';
import { NvccVersionReader } from './nvcc/nvcc-version.js';
import { assertCleanBuild } from './ptxas/assert-clean-build.js';
import { Semaphore } from './semaphore.js';

const DEFAULT_TIMEOUT_MS = 120_000;
/** The longest a timer of Node takes; a longer one would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** A kernel with the job that made or found it. */
interface FinishedJob {
  readonly job: CompileJob;
  readonly kernel: CompiledKernel;
}

/**
 * A compiler with its cache. The environment is read here and not again.
 * @throws DgValidationError when an option or an environment variable has a value it cannot have.
 * @throws DgUnavailableError `nvrtc-not-supported-yet` under `DG_JIT_USE_NVRTC=1`; `no-cache-directory` when none is
 * named and the user has no home.
 */
export function createCompiler(options: CompilerOptions = {}): Compiler {
  const env = { ...(options.env ?? process.env) };
  const environment = readJitEnvironment(env);
  const logger = options.logger ?? defaultLogger(env);
  const tell = options.onEvent ?? (() => {});
  const reporter = new CompileReporter(environment, logger);
  const cacheDirectory = options.cacheDirectory ?? environment.cacheDirectory ?? defaultCacheDirectory();
  const cache = new KernelCache(resolve(cacheDirectory), logger);
  const planning = {
    headers: new HeaderReader(),
    versions: new NvccVersionReader(),
    nvcc: options.nvcc,
    env,
  };
  const building = { cache, env, timeoutMs: validTimeout(options.timeoutMs) };
  const slots = new Semaphore(availableParallelism());
  const inFlight = new Map<string, Promise<BuiltKernel>>();
  const finished = new WeakMap<KernelSource, Map<string, FinishedJob>>();

  return {
    async compile(source, target, compileOptions = {}) {
      const start = performance.now();
      const isCheckRequired = decideCheck(source, target, compileOptions);
      const known = recall(source, target, start) ?? lookUp(source, target, start);
      if ('kernel' in known) return accept(known, isCheckRequired);
      const built = await shareByKey(known, () => slots.run(() => build(known)));
      return accept(finish(known, built, start), isCheckRequired);
    },
    compileSync(source, target, compileOptions = {}) {
      const start = performance.now();
      const isCheckRequired = decideCheck(source, target, compileOptions);
      const known = recall(source, target, start) ?? lookUp(source, target, start);
      if ('kernel' in known) return accept(known, isCheckRequired);
      return accept(finish(known, buildSync(known), start), isCheckRequired);
    },
  };

  /** The same source object was compiled before: its headers are not looked at again. */
  function recall(source: KernelSource, target: CompileTarget, start: number): FinishedJob | undefined {
    const known = finished.get(source)?.get(targetName(target));
    if (known === undefined) return undefined;
    return {
      job: known.job,
      kernel: { ...known.kernel, cached: true, milliseconds: performance.now() - start },
    };
  }

  /** The kernel from the cache on disk, or the job that makes it. */
  function lookUp(source: KernelSource, target: CompileTarget, start: number): FinishedJob | CompileJob {
    const job = planCompileJob(source, target, planning);
    const entry = cache.read(job.address);
    return entry === undefined ? job : { job, kernel: toKernel(job, entry, true, start) };
  }

  function shareByKey(job: CompileJob, make: () => Promise<BuiltKernel>): Promise<BuiltKernel> {
    const running = inFlight.get(job.key);
    if (running !== undefined) return running;
    const promise = make().finally(() => inFlight.delete(job.key));
    inFlight.set(job.key, promise);
    return promise;
  }

  async function build(job: CompileJob): Promise<BuiltKernel> {
    const start = announce(job);
    try {
      const built = await buildKernel(job, building);
      tell({ type: 'compile-end', ...identity(job), milliseconds: performance.now() - start });
      return built;
    } catch (error) {
      throw announceFailure(job, error);
    }
  }

  function buildSync(job: CompileJob): BuiltKernel {
    const start = announce(job);
    try {
      const built = buildKernelSync(job, building);
      tell({ type: 'compile-end', ...identity(job), milliseconds: performance.now() - start });
      return built;
    } catch (error) {
      throw announceFailure(job, error);
    }
  }

  function announce(job: CompileJob): number {
    tell({ type: 'compile-start', ...identity(job) });
    reporter.running(job);
    return performance.now();
  }

  function announceFailure(job: CompileJob, error: unknown): unknown {
    if (DgError.isInstance(error)) tell({ type: 'compile-failed', ...identity(job), error });
    return error;
  }

  /** Reports the kernel before it is checked, so that one that is not clean can still be looked at. */
  function accept({ job, kernel }: FinishedJob, isCheckRequired: boolean): CompiledKernel {
    const { source, target } = job;
    if (kernel.cached) tell({ type: 'cache-hit', ...identity(job), milliseconds: kernel.milliseconds });
    reporter.done(job, kernel);
    if (isCheckRequired) assertCleanBuild({ ...kernel, name: source.name, entry: source.entry });
    const byTarget = finished.get(source) ?? new Map<string, FinishedJob>();
    finished.set(source, byTarget.set(targetName(target), { job, kernel }));
    return kernel;
  }
}

function finish(job: CompileJob, built: BuiltKernel, start: number): FinishedJob {
  return { job, kernel: toKernel(job, built, false, start) };
}

function toKernel(job: CompileJob, built: BuiltKernel, cached: boolean, start: number): CompiledKernel {
  const { key, command } = job;
  return { key, ...built, cached, milliseconds: performance.now() - start, command };
}

function identity({ source, key }: CompileJob): { readonly name: string; readonly key: string } {
  return { name: source.name, key };
}

function targetName({ architecture, output }: CompileTarget): string {
  return `${architecture} ${output}`;
}

function decideCheck(source: KernelSource, target: CompileTarget, options: CompileOptions): boolean {
  if (target.output === 'cubin') return options.requireNoLocalMemory ?? source.strict ?? false;
  if (options.requireNoLocalMemory === true) {
    throw new DgValidationError(
      `expected output cubin for requireNoLocalMemory of kernel ${source.name} but received ${target.output}, which has no registers assigned yet`,
    );
  }
  return false;
}

function validTimeout(timeoutMs = DEFAULT_TIMEOUT_MS): number {
  if (Number.isFinite(timeoutMs) && timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS) return timeoutMs;
  throw new DgValidationError(
    `expected 1 to ${LONGEST_TIMEOUT_MS} milliseconds for timeoutMs but received ${timeoutMs}`,
  );
}
