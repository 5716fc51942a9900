import { COMPILER_KINDS, type CompilerKind } from '@dg/jit';
import { DgValidationError } from '@dg/runtime';
import type { Command } from 'commander';
import type { OutputType } from '../problem/gemm-problem.js';
import type { EntryPointName } from '../warmup/entry-points.js';
import { entryPointNames } from '../warmup/entry-points.js';
import type { Extent } from '../warmup/extent.js';
import { defaultArchitecture, multiprocessorCountOf } from '../warmup/known-architectures.js';
import { type UtilityName, utilityNames } from '../warmup/utility-kernels.js';
import { warmup } from '../warmup/warmup.js';
import { warmupKernels } from '../warmup/warmup-kernels.js';
import type { WarmupOperation } from '../warmup/warmup-operation.js';
import type { WarmupSummary } from '../warmup/warmup-summary.js';
import { choiceOf, choicesOf } from './parse-choice.js';
import { parseCount } from './parse-count.js';
import { parseExtent } from './parse-extent.js';
import { readShapes } from './read-shapes.js';
import { showProgress } from './show-progress.js';
import { untilInterrupted } from './until-interrupted.js';
import type { WriteLine } from './write-line.js';

interface WarmupCommandOptions {
  readonly operation?: EntryPointName[];
  readonly m?: Extent;
  readonly n?: Extent;
  readonly k?: Extent;
  readonly groups?: Extent;
  readonly expectedM?: Extent;
  readonly d?: OutputType[];
  readonly c?: boolean;
  readonly layout?: 'contiguous' | 'any';
  readonly architecture: string;
  readonly sms?: number;
  readonly with?: UtilityName[];
  readonly cacheDir?: string;
  readonly compiler?: CompilerKind;
  readonly jobs?: number;
  readonly list?: boolean;
  readonly json?: boolean;
}

export function addWarmupCommand(program: Command, writeLine: WriteLine): void {
  program
    .command('warmup')
    .description('compile ahead of time every kernel that calls can choose; needs no GPU')
    .argument('[shapes]', 'JSON file with a list of operations')
    .option('--operation <names>', `of ${entryPointNames.join(', ')}`, choicesOf(entryPointNames))
    .option('--m <rows>', '64, 1,64,128, 1..8192 or 128..65536/128', parseExtent)
    .option('--n <columns>', 'likewise', parseExtent)
    .option('--k <depth>', 'likewise', parseExtent)
    .option('--groups <groups>', 'likewise; of grouped operations', parseExtent)
    .option('--expected-m <rows>', 'likewise; of masked operations (default: 1 to M)', parseExtent)
    .option('--d <types>', 'bfloat16, float32 (default: both)', choicesOf(['bfloat16', 'float32'] as const))
    .option('--c', 'with C only (default: with and without)')
    .option('--no-c', 'without C only')
    .option('--layout <layout>', 'contiguous, or any for views', choiceOf(['contiguous', 'any'] as const))
    .option('--architecture <name>', 'real architecture', defaultArchitecture)
    .option('--sms <count>', 'multiprocessors of the card (default: 132, H100 SXM and H200)', parseCount)
    .option('--with <names>', `other kernels: ${utilityNames.join(', ')}`, choicesOf(utilityNames))
    .option('--cache-dir <directory>', 'default: DG_JIT_CACHE_DIR, else ~/.deep_gemm')
    .option('--compiler <kind>', COMPILER_KINDS.join(' or '), choiceOf(COMPILER_KINDS))
    .option('--jobs <count>', 'compilers at a time (default: one for each core)', parseCount)
    .option('--list', 'only say which kernels there are')
    .option('--json', 'the summary, or the list, as JSON')
    .action((shapes: string | undefined, options: WarmupCommandOptions) =>
      untilInterrupted((signal) => run(shapes, options, signal, writeLine)),
    );
}

async function run(
  shapes: string | undefined,
  options: WarmupCommandOptions,
  signal: AbortSignal,
  writeLine: WriteLine,
): Promise<void> {
  const operations = [...(shapes === undefined ? [] : readShapes(shapes)), ...namedOperations(options)];
  if (operations.length === 0 && options.with === undefined) {
    throw new DgValidationError('expected a file of shapes, --operation or --with but received none');
  }
  const multiprocessorCount = options.sms ?? multiprocessorCountOf(options.architecture);
  if (options.list === true) {
    const sources = await warmupKernels(operations, { multiprocessorCount, utilities: options.with, signal });
    const names = sources.map(({ name }) => name).sort();
    writeLine(options.json === true ? JSON.stringify(names) : names.join('\n'));
    return;
  }
  const progress = showProgress(process.stderr);
  try {
    const summary = await warmup(operations, {
      architecture: options.architecture,
      multiprocessorCount,
      utilities: options.with,
      cacheDirectory: options.cacheDir,
      compiler: options.compiler,
      parallelism: options.jobs,
      onProgress: progress.update,
      signal,
    });
    progress.stop();
    writeLine(options.json === true ? JSON.stringify(summary) : describeSummary(summary));
  } finally {
    progress.stop();
  }
}

/** `--operation` with the sizes that go with it: those that are given go with every name. */
function namedOperations(options: WarmupCommandOptions): WarmupOperation[] {
  const { operation: names = [], m, n, k, groups, expectedM, d, c, layout } = options;
  return names.map((operation) => {
    if (m === undefined || n === undefined || k === undefined) {
      throw new DgValidationError(
        `expected --m, --n and --k for --operation ${operation} but received fewer`,
      );
    }
    return {
      operation,
      m,
      n,
      k,
      ...(groups === undefined ? {} : { groups }),
      ...(expectedM === undefined ? {} : { expectedM }),
      ...(d === undefined ? {} : { d }),
      ...(c === undefined ? {} : { c }),
      ...(layout === undefined ? {} : { layout }),
    };
  });
}

function describeSummary(summary: WarmupSummary): string {
  const { kernels, compiled, cached, milliseconds, architecture, multiprocessorCount, cacheDirectory } =
    summary;
  return (
    `${kernels} kernels for ${architecture} with ${multiprocessorCount} multiprocessors in ${cacheDirectory}: ` +
    `${compiled} compiled, ${cached} there before, ${(milliseconds / 1000).toFixed(1)} s`
  );
}
