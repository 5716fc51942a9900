import { defaultLogger, type Environment, type Logger, readStringVariable } from '@dg/jit';
import { DgValidationError, type KernelSource } from '@dg/runtime';

/** What the simulator looks for. */
export const simulatorChecks = [
  'deadlock',
  'bounds',
  'barrier',
  'divergence',
  'uninitialised-read',
  'data-race',
  'asynchronous-hazard',
  'proxy-fence',
  'register-hazard',
  'register-budget',
  'exit',
] as const;
export type SimulatorCheck = (typeof simulatorChecks)[number];

/** Follows one warp, instruction by instruction. */
export interface TraceOptions {
  /** Linear index of the CTA in the grid. */
  readonly cta: number;
  /** Within the CTA. */
  readonly warp: number;
  write(line: string): void;
}

/** What a simulator needs of a compiler; `createCompiler` of @dg/jit makes one. */
export interface PtxCompiler {
  compile(source: KernelSource, target: PtxTarget): Promise<{ readonly image: Uint8Array }>;
  compileSync(source: KernelSource, target: PtxTarget): { readonly image: Uint8Array };
}

export interface PtxTarget {
  readonly architecture: string;
  readonly output: 'ptx';
}

export interface SimulatorOptions {
  /** Orders what may happen in any order; every launch starts from it. Default: `DG_SIM_SEED`, else 1. */
  readonly seed?: number | undefined;
  /** How many CTAs a persistent grid gets. Default: 4, so that even a small grid takes several tiles each. */
  readonly multiprocessorCount?: number | undefined;
  /**
   * Default: `all`. Without `deadlock`, `bounds`, `barrier` and `divergence` a kernel could not be executed: a launch
   * ends with them whatever is chosen here.
   */
  readonly checks?: 'all' | 'none' | readonly SimulatorCheck[] | undefined;
  /** Warp instructions after which a launch is given up. Default: 10^9. */
  readonly stepLimit?: number | undefined;
  /** Report reads of global memory that neither the host nor a kernel wrote. Default: false. */
  readonly trackGlobalMemory?: boolean | undefined;
  readonly trace?: TraceOptions | undefined;
  /** Default: stderr, at the level of `DG_LOG`. */
  readonly logger?: Logger | undefined;
  /** Default: `createCompiler` of @dg/jit. */
  readonly compiler?: PtxCompiler | undefined;
}

/** What the machine is told about how to execute. */
export interface ExecutionOptions {
  /** 0 to 2^32 - 1. */
  readonly seed: number;
  readonly checks: ReadonlySet<SimulatorCheck>;
  /** Warp instructions. */
  readonly stepLimit: number;
  readonly trace: TraceOptions | undefined;
  readonly logger: Logger;
}

const defaultSeed = 1;
const maxSeed = 2 ** 32 - 1;
const defaultStepLimit = 1_000_000_000;
const defaultMultiprocessorCount = 4;
const maxMultiprocessorCount = 1024;

/** @throws DgValidationError for an option or a `DG_SIM_SEED` that cannot be. */
export function resolveExecutionOptions(
  options: SimulatorOptions,
  env: Environment = process.env,
): ExecutionOptions {
  const { trace } = options;
  if (trace !== undefined) {
    checkInteger(trace.cta, 0, Number.MAX_SAFE_INTEGER, 'trace.cta');
    checkInteger(trace.warp, 0, Number.MAX_SAFE_INTEGER, 'trace.warp');
  }
  const { seed = seedOfEnvironment(env), stepLimit = defaultStepLimit } = options;
  return {
    seed: checkInteger(seed, 0, maxSeed, 'seed'),
    checks: checksOf(options.checks ?? 'all'),
    stepLimit: checkInteger(stepLimit, 1, Number.MAX_SAFE_INTEGER, 'stepLimit'),
    trace,
    logger: options.logger ?? defaultLogger(env),
  };
}

/** @throws DgValidationError */
export function resolveMultiprocessorCount(options: SimulatorOptions): number {
  const { multiprocessorCount = defaultMultiprocessorCount } = options;
  return checkInteger(multiprocessorCount, 1, maxMultiprocessorCount, 'multiprocessorCount');
}

function seedOfEnvironment(env: Environment): number {
  const text = readStringVariable(env, 'DG_SIM_SEED');
  if (text === undefined) return defaultSeed;
  if (!/^\d+$/.test(text) || Number(text) > maxSeed) {
    throw new DgValidationError(
      `expected an integer from 0 to ${maxSeed} for environment variable DG_SIM_SEED but received ${JSON.stringify(text)}`,
    );
  }
  return Number(text);
}

function checksOf(choice: 'all' | 'none' | readonly SimulatorCheck[]): ReadonlySet<SimulatorCheck> {
  if (choice === 'all') return new Set(simulatorChecks);
  if (choice === 'none') return new Set();
  const unknown = choice.find((check) => !simulatorChecks.includes(check));
  if (unknown !== undefined) {
    throw new DgValidationError(
      `expected all, none or some of ${simulatorChecks.join(', ')} for checks but received ${unknown}`,
    );
  }
  return new Set(choice);
}

function checkInteger(value: number, min: number, max: number, option: string): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new DgValidationError(
      `expected an integer from ${min} to ${max} for ${option} of the simulator but received ${value}`,
    );
  }
  return value;
}
