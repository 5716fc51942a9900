import { type BuiltKernel, buildKernel } from './build-kernel.js';
import { evictLeastRecentlyUsed } from './cache/evict.js';
import { isBuild, KernelStore } from './cache/kernel-store.js';
import type { StoredBuild } from './cache/stored-build.js';
import { type CompileJob, makeCompileJob } from './compile-job.js';
import { CompileReporter } from './compile-reporter.js';
import { type CompileRequest, makeCompileRequest } from './compile-request.js';
import type { CompileTarget } from './compile-target.js';
import type { CompilerSettings } from './compiler-settings.js';
import type { AsyncCompileOptions, CompiledKernel, CompileOptions, Compiler } from './compiler-types.js';
import { KernelDumper } from './dump/kernel-dumper.js';
import { DgError } from './errors/dg-error.js';
import { DgUnavailableError } from './errors/dg-unavailable-error.js';
import { DgValidationError } from './errors/dg-validation-error.js';
import { InputsChangedError } from './errors/inputs-changed-error.js';
import { publishKernelEvent } from './events/kernel-channel.js';
import type { CompileCause, CompileEvent, EventKernel, HitCause } from './events/kernel-event.js';
import type { Flow } from './flow/flow.js';
import { runFlow, runFlowSync } from './flow/run-flow.js';
import { SharedRuns } from './flow/shared-runs.js';
import { HeaderClosures } from './headers/header-closures.js';
import { inputChange } from './input-change.js';
import type { KernelSource } from './kernel-source.js';
import { CompileLocks } from './locks/compile-locks.js';
import { type ObtainedKernel, obtainKernel } from './obtain-kernel.js';
import { assertCleanBuild } from './ptxas/assert-clean-build.js';
import { Semaphore } from './semaphore.js';
import { createToolchainFinder } from './toolchain/create-toolchain-finder.js';
import type { ToolchainFinder } from './toolchain/toolchain.js';

/** Of a kernel whose headers or compiler change while it is compiled. */
const ATTEMPTS = 3;

/** A kernel with the request that it answers, and where it came from. */
interface Finished {
  readonly request: CompileRequest;
  readonly kernel: CompiledKernel;
  readonly cause: HitCause | CompileCause;
}

/** What has to be compiled, and why. */
interface Missing {
  readonly job: CompileJob;
  readonly cause: CompileCause;
}

/** The compiler behind `createCompiler`. */
export class KernelCompiler implements Compiler {
  readonly #settings: CompilerSettings;
  readonly #onEvent: (event: CompileEvent) => void;
  readonly #reporter: CompileReporter;
  readonly #store: KernelStore;
  readonly #locks: CompileLocks;
  readonly #finder: ToolchainFinder;
  readonly #dumper: KernelDumper;
  readonly #slots: Semaphore;
  readonly #closures = new HeaderClosures();
  readonly #inFlight = new SharedRuns<ObtainedKernel>();
  readonly #finished = new WeakMap<KernelSource, Map<string, Finished>>();

  constructor(settings: CompilerSettings, onEvent: (event: CompileEvent) => void) {
    const { logger, cacheDirectory, cacheLimitBytes } = settings;
    this.#settings = settings;
    this.#onEvent = onEvent;
    this.#reporter = new CompileReporter(settings.environment, logger);
    this.#store = new KernelStore(cacheDirectory, logger, { keepsUse: cacheLimitBytes !== undefined });
    this.#locks = new CompileLocks(this.#store.layout.locks, logger);
    this.#finder = createToolchainFinder(settings, this.#store);
    this.#slots = new Semaphore(settings.parallelism);
    this.#dumper = new KernelDumper(settings);
  }

  async compile(
    source: KernelSource,
    target: CompileTarget,
    options: AsyncCompileOptions = {},
  ): Promise<CompiledKernel> {
    const start = performance.now();
    const { signal } = options;
    signal?.throwIfAborted();
    const isCheckRequired = decideCheck(source, target, options);
    const surroundings = { slots: this.#slots, signal };
    const finished =
      this.#recall(source, target, start) ?? (await this.#makeShared(source, target, start, signal));
    if (this.#dumper.isWanted) await runFlow(this.#dump(source, target, finished, false), surroundings);
    return this.#accept(source, finished, isCheckRequired);
  }

  compileSync(source: KernelSource, target: CompileTarget, options: CompileOptions = {}): CompiledKernel {
    const start = performance.now();
    const isCheckRequired = decideCheck(source, target, options);
    const finished =
      this.#recall(source, target, start) ?? runFlowSync(this.#make(source, target, start, true));
    if (this.#dumper.isWanted) runFlowSync(this.#dump(source, target, finished, true));
    return this.#accept(source, finished, isCheckRequired);
  }

  /** The same source object was compiled before: its headers are not looked at again. */
  #recall(source: KernelSource, target: CompileTarget, start: number): Finished | undefined {
    const known = this.#finished.get(source)?.get(targetName(target));
    if (known === undefined) return undefined;
    const kernel = { ...known.kernel, cached: true, milliseconds: performance.now() - start };
    return { request: known.request, kernel, cause: 'memory' };
  }

  /** The kernel from the cache on disk, or from the compiler. */
  *#make(source: KernelSource, target: CompileTarget, start: number, blocksThread: boolean): Flow<Finished> {
    for (let attempt = 1; ; attempt += 1) {
      const known = this.#lookUp(source, target, start);
      if ('kernel' in known) return known;
      try {
        return finish(known, yield* this.#obtain(known, blocksThread), start);
      } catch (error) {
        this.#rethrowUnlessWorthAnother(error, attempt);
      }
    }
  }

  /**
   * The same, with one run for all calls that want the same kernel. What changes during it is for each of them to look up
   * again: equal keys do not mean the same files, as the headers may lie in other include roots.
   */
  async #makeShared(
    source: KernelSource,
    target: CompileTarget,
    start: number,
    signal: AbortSignal | undefined,
  ): Promise<Finished> {
    for (let attempt = 1; ; attempt += 1) {
      const known = this.#lookUp(source, target, start);
      if ('kernel' in known) return known;
      const run = (ofAll: AbortSignal) =>
        runFlow(this.#obtain(known, false), { slots: this.#slots, signal: ofAll });
      try {
        return finish(known, await this.#inFlight.join(known.job.key, run, signal), start);
      } catch (error) {
        this.#rethrowUnlessWorthAnother(error, attempt);
      }
    }
  }

  #rethrowUnlessWorthAnother(error: unknown, attempt: number): void {
    if (!(error instanceof InputsChangedError) || attempt === ATTEMPTS) throw error;
    this.#settings.logger.warn(`${error.message} It is compiled again now.`);
  }

  /** The kernel from the cache on disk, or the job that makes it. */
  #lookUp(source: KernelSource, target: CompileTarget, start: number): Finished | Missing {
    const request = makeCompileRequest(this.#withLineInfo(source), target, this.#closures);
    if (this.#settings.forbidCompile) return this.#readAny(request, start) ?? this.#refuse(request);
    const job = this.#planJob(request);
    if (job instanceof DgUnavailableError) {
      // A machine without a compiler runs what another one compiled.
      const stored = this.#readAny(request, start);
      if (stored !== undefined) return stored;
      throw job;
    }
    const stored = this.#store.read(job.address);
    if (isBuild(stored)) return { request, kernel: toKernel(stored, job.command, start), cause: 'disk' };
    return { job, cause: this.#causeOf(job, stored === 'broken') };
  }

  #withLineInfo(source: KernelSource): KernelSource {
    return this.#settings.lineInfo ? { ...source, flags: [...(source.flags ?? []), '-lineinfo'] } : source;
  }

  #planJob(request: CompileRequest): CompileJob | DgUnavailableError {
    try {
      return makeCompileJob(request, this.#finder.find(request.headers.foreign));
    } catch (error) {
      if (error instanceof DgUnavailableError) return error;
      throw error;
    }
  }

  #readAny(request: CompileRequest, start: number): Finished | undefined {
    const stored = this.#store.readAny(request.address, this.#settings.compiler);
    if (stored === undefined) return undefined;
    return { request, kernel: toKernel(stored, stored.record.command, start), cause: 'disk' };
  }

  #refuse({ source, target }: CompileRequest): never {
    throw new DgUnavailableError(
      'compile-forbidden',
      `expected kernel ${source.name} for ${target.architecture} in cache directory ${this.#settings.cacheDirectory} but received none, and compiling is forbidden.`,
      'Compile it ahead of time (dg warmup) with the same version of this library, or allow compiling (DG_JIT_FORBID_COMPILE, option forbidCompile).',
    );
  }

  #causeOf({ address }: CompileJob, wasBroken: boolean): CompileCause {
    if (!this.#store.isTrusted) return 'cache-unusable';
    if (wasBroken) return 'entry-broken';
    return this.#store.builds(address).length > 0 ? 'other-compiler' : 'not-cached';
  }

  #obtain({ job, cause }: Missing, blocksThread: boolean): Flow<ObtainedKernel> {
    return obtainKernel(job, {
      store: this.#store,
      locks: this.#locks,
      logger: this.#settings.logger,
      timeoutMs: this.#settings.timeoutMs,
      blocksThread,
      build: () => this.#build(job, cause),
    });
  }

  *#build(job: CompileJob, cause: CompileCause): Flow<BuiltKernel> {
    const start = performance.now();
    const about = { ...eventKernel(job, job.key), compiler: job.toolchain.kind, cause };
    this.#tell({ type: 'compile-start', ...about });
    this.#reporter.running(job, job.command);
    try {
      const { logger, timeoutMs } = this.#settings;
      const built = yield* buildKernel(job, {
        store: this.#store,
        logger,
        timeoutMs,
        inputChange: (made) => inputChange(made, this.#closures, this.#finder),
      });
      const milliseconds = performance.now() - start;
      this.#tell({ type: 'compile-end', ...about, cached: false, milliseconds });
      this.#evict(job);
      return built;
    } catch (error) {
      const milliseconds = performance.now() - start;
      if (DgError.isInstance(error)) {
        this.#tell({ type: 'compile-failed', ...about, cached: false, milliseconds, error });
      }
      throw error;
    }
  }

  #evict({ address }: CompileJob): void {
    const { cacheLimitBytes } = this.#settings;
    // Without end there is nothing to count.
    if (cacheLimitBytes === undefined || cacheLimitBytes === Number.POSITIVE_INFINITY) return;
    evictLeastRecentlyUsed(this.#store, cacheLimitBytes, address);
  }

  #dump(
    source: KernelSource,
    target: CompileTarget,
    { kernel }: Finished,
    blocksThread: boolean,
  ): Flow<void> {
    const self = this;
    return this.#dumper.dump(source, target, kernel, function* (otherTarget) {
      return (yield* self.#make(source, otherTarget, performance.now(), blocksThread)).kernel;
    });
  }

  /** Reports the kernel before it is checked, so that one that is not clean can still be looked at. */
  #accept(source: KernelSource, finished: Finished, isCheckRequired: boolean): CompiledKernel {
    const { request, kernel, cause } = finished;
    if (isHit(cause)) {
      const { milliseconds } = kernel;
      this.#tell({
        type: 'cache-hit',
        ...eventKernel(request, kernel.key),
        cached: true,
        cause,
        milliseconds,
      });
    }
    this.#reporter.done(request, kernel, cause);
    if (isCheckRequired) assertCleanBuild({ ...kernel, name: source.name, entry: source.entry });
    const byTarget = this.#finished.get(source) ?? new Map<string, Finished>();
    this.#finished.set(source, byTarget.set(targetName(request.target), finished));
    return kernel;
  }

  #tell(event: CompileEvent): void {
    this.#onEvent(event);
    publishKernelEvent(event);
  }
}

function finish({ job, cause }: Missing, obtained: ObtainedKernel, start: number): Finished {
  const { isOurs, ...built } = obtained;
  const kernel: CompiledKernel = {
    key: job.key,
    ...built,
    cached: !isOurs,
    milliseconds: performance.now() - start,
    compiler: job.toolchain.kind,
    compilerVersion: job.toolchain.version,
    command: job.command,
  };
  return { request: job, kernel, cause: isOurs ? cause : 'other-process' };
}

function toKernel(
  { path, image, record }: StoredBuild,
  command: readonly string[],
  start: number,
): CompiledKernel {
  return {
    key: record.key,
    path,
    image,
    log: record.log,
    cached: true,
    milliseconds: performance.now() - start,
    compiler: record.compiler,
    compilerVersion: record.compilerVersion,
    command,
  };
}

function eventKernel({ source, target }: CompileRequest, key: string): EventKernel {
  return { name: source.name, architecture: target.architecture, output: target.output, key };
}

function isHit(cause: HitCause | CompileCause): cause is HitCause {
  return cause === 'memory' || cause === 'disk' || cause === 'other-process';
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
