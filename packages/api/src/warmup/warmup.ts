import { setMaxListeners } from 'node:events';
import {
  type Compiler,
  type CompilerOptions,
  createCompiler,
  DgError,
  DgUnavailableError,
  defaultCacheDirectory,
  readJitEnvironment,
} from '@dg/jit';
import type { KernelSource } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { tunedKernelSources } from '../tuning/tuned-kernel-sources.js';
import { DgWarmupError } from './dg-warmup-error.js';
import { defaultArchitecture, multiprocessorCountOf } from './known-architectures.js';
import type { UtilityName } from './utility-kernels.js';
import { warmupKernels } from './warmup-kernels.js';
import type { WarmupOperation } from './warmup-operation.js';
import type { WarmupFailure, WarmupProgress, WarmupSummary } from './warmup-summary.js';

export interface WarmupOptions
  extends Pick<
    CompilerOptions,
    | 'cacheDirectory'
    | 'compiler'
    | 'nvcc'
    | 'hostCompiler'
    | 'nvrtcLibrary'
    | 'parallelism'
    | 'logger'
    | 'env'
  > {
  /** The device that calls will run on: says architecture and multiprocessors. None is needed. */
  readonly device?: KernelDevice | undefined;
  /** Default: the device's, else `sm_90a`. */
  readonly architecture?: string | undefined;
  /** Default: the device's, else those of the usual cards of the architecture. */
  readonly multiprocessorCount?: number | undefined;
  /** Kernels of casts and of scale layouts as well. */
  readonly utilities?: readonly UtilityName[] | undefined;
  readonly onProgress?: ((progress: WarmupProgress) => void) | undefined;
  /** Gives up, and kills the compilers. What was compiled stays in the cache. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compiles every kernel that a call of these operations can choose into the cache, one compiler per core, without a GPU
 * and with the event loop free. Afterwards no such call compiles, here or wherever the cache directory is taken, with
 * the same version of this library. What `autotune` measured in the directory is compiled as well. A setting that forbids
 * compiling does not hold for this.
 *
 * @throws DgValidationError (as a rejection) for an operation or option that cannot be; DgWarmupError when kernels
 * failed to compile or could not be kept, after all others; DgUnavailableError without a compiler; the reason of `signal`.
 */
export async function warmup(
  operations: readonly WarmupOperation[],
  options: WarmupOptions = {},
): Promise<WarmupSummary> {
  const start = performance.now();
  const { device, onProgress = () => {} } = options;
  const signal = options.signal && followSignal(options.signal);
  const architecture = options.architecture ?? device?.properties.architecture ?? defaultArchitecture;
  const multiprocessorCount =
    options.multiprocessorCount ??
    device?.properties.multiprocessorCount ??
    multiprocessorCountOf(architecture);
  const { utilities } = options;
  const cacheDirectory = cacheDirectoryOf(options);
  const needed = await warmupKernels(operations, { multiprocessorCount, utilities, signal });
  const sources = withoutDoubles([...needed, ...tunedKernelSources(cacheDirectory)]);
  const compiler = createCompiler({
    ...compilerOptionsOf(options),
    forbidCompile: false,
    // Else its last kernels would drive out its first.
    cacheLimitBytes: Number.POSITIVE_INFINITY,
  });
  const results = await compileAll(sources, compiler, architecture, onProgress, signal);
  const count = (result: Result['result']) => results.filter((each) => each.result === result).length;
  const summary: WarmupSummary = {
    architecture,
    multiprocessorCount,
    cacheDirectory,
    kernels: sources.length,
    compiled: count('compiled'),
    cached: count('cached'),
    failures: results.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    milliseconds: performance.now() - start,
  };
  if (summary.failures.length > 0) throw new DgWarmupError(summary);
  return summary;
}

function withoutDoubles(sources: readonly KernelSource[]): readonly KernelSource[] {
  return [...new Map(sources.map((source) => [source.code, source])).values()];
}

interface Result {
  readonly result: 'compiled' | 'cached' | 'failed';
  readonly failure?: WarmupFailure;
}

async function compileAll(
  sources: readonly KernelSource[],
  compiler: Compiler,
  architecture: string,
  onProgress: (progress: WarmupProgress) => void,
  signal: AbortSignal | undefined,
): Promise<readonly Result[]> {
  const total = sources.length;
  let done = 0;
  onProgress({ done, total });
  const compileOne = async (source: KernelSource): Promise<Result> => {
    const start = performance.now();
    const result = await attempt(source, compiler, architecture, signal);
    const milliseconds = performance.now() - start;
    done += 1;
    onProgress({ done, total, kernel: { name: source.name, result: result.result, milliseconds } });
    return result;
  };
  // Each waits for its turn in the compiler, which has one for each core.
  const outcomes = await Promise.allSettled(sources.map(compileOne));
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/** Failures of a kernel are results; others, such as giving up, are thrown. */
async function attempt(
  source: KernelSource,
  compiler: Compiler,
  architecture: string,
  signal: AbortSignal | undefined,
): Promise<Result> {
  try {
    const kernel = await compiler.compile(source, { architecture, output: 'cubin' }, { signal });
    if (kernel.path === undefined) throw notKept();
    return { result: kernel.cached ? 'cached' : 'compiled' };
  } catch (error) {
    if (!DgError.isInstance(error) || isMissingCompiler(error)) throw error;
    return { result: 'failed', failure: { name: source.name, error } };
  }
}

/** Then every kernel would fail for the same reason. */
function isMissingCompiler(error: DgError): boolean {
  return error instanceof DgUnavailableError && error.reason !== 'cache-not-writable';
}

function notKept(): DgUnavailableError {
  return new DgUnavailableError(
    'cache-not-writable',
    'expected the kernel in the cache but it could not be kept.',
    'Name a cache directory that can be written, on a disk that is not full; the log says what is wrong.',
  );
}

/** The same signal for any number of listeners: one for each kernel. */
function followSignal(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const follow = () => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return controller.signal;
}

function compilerOptionsOf(options: WarmupOptions): CompilerOptions {
  const { cacheDirectory, compiler, nvcc, hostCompiler, nvrtcLibrary, parallelism, logger, env } = options;
  return { cacheDirectory, compiler, nvcc, hostCompiler, nvrtcLibrary, parallelism, logger, env };
}

function cacheDirectoryOf({ cacheDirectory, env }: WarmupOptions): string {
  return cacheDirectory ?? readJitEnvironment(env).cacheDirectory ?? defaultCacheDirectory();
}
