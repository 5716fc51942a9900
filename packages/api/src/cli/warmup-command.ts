import { COMPILER_KINDS, type CompilerKind } from '@dg/jit';
import { DgValidationError } from '@dg/runtime';
import type { Command } from 'commander';
import { defaultArchitecture, multiprocessorCountOf } from '../warmup/known-architectures.js';
import { type UtilityName, utilityNames } from '../warmup/utility-kernels.js';
import { warmup } from '../warmup/warmup.js';
import { warmupKernels } from '../warmup/warmup-kernels.js';
import type { WarmupProgress, WarmupSummary } from '../warmup/warmup-summary.js';
import { addOperationOptions, type OperationOptions, operationsOf } from './operation-options.js';
import { choiceOf, choicesOf } from './parse-choice.js';
import { parseCount } from './parse-count.js';
import { showProgress } from './show-progress.js';
import { untilInterrupted } from './until-interrupted.js';
import type { WriteLine } from './write-line.js';

interface WarmupCommandOptions extends OperationOptions {
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
  addOperationOptions(
    program
      .command('warmup')
      .description('compile ahead of time every kernel that calls can choose; needs no GPU'),
  )
    .option('--architecture <name>', 'real architecture', defaultArchitecture)
    .option('--sms <count>', 'multiprocessors of the card (default: 132, H100 SXM and H200)', parseCount)
    .option('--with <names>', `other kernels: ${utilityNames.join(', ')}`, choicesOf(utilityNames))
    .option('--cache-dir <directory>', 'default: DG_JIT_CACHE_DIR, else ~/.deep_gemm')
    .option('--compiler <kind>', COMPILER_KINDS.join(' or '), choiceOf(COMPILER_KINDS))
    .option('--jobs <count>', 'compilers at a time (default: one for each core)', parseCount)
    .option('--list', 'only say which kernels there are')
    .option('--json', 'the summary, or the list, as JSON')
    .action((shapes: string | undefined, options: WarmupCommandOptions) =>
      untilInterrupted((signal, report) => run(shapes, options, { signal, report }, writeLine)),
    );
}

async function run(
  shapes: string | undefined,
  options: WarmupCommandOptions,
  { signal, report }: { readonly signal: AbortSignal; report(state: string): void },
  writeLine: WriteLine,
): Promise<void> {
  const operations = operationsOf(shapes, options);
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
  const progress = showProgress(process.stderr, 'kernels');
  try {
    const summary = await warmup(operations, {
      architecture: options.architecture,
      multiprocessorCount,
      utilities: options.with,
      cacheDirectory: options.cacheDir,
      compiler: options.compiler,
      parallelism: options.jobs,
      onProgress: ({ done, total, kernel }) => {
        report(`${done} of ${total} kernels done, which are kept`);
        progress.update(done, total, kernel && lineOf(kernel));
      },
      signal,
    });
    progress.stop();
    writeLine(options.json === true ? JSON.stringify(summary) : describeSummary(summary));
  } finally {
    progress.stop();
  }
}

function lineOf({ name, result, milliseconds }: NonNullable<WarmupProgress['kernel']>): string {
  return `${name} ${result}, ${(milliseconds / 1000).toFixed(1)} s`;
}

function describeSummary(summary: WarmupSummary): string {
  const { kernels, compiled, cached, milliseconds, architecture, multiprocessorCount, cacheDirectory } =
    summary;
  return (
    `${kernels} kernels for ${architecture} with ${multiprocessorCount} multiprocessors in ${cacheDirectory}: ` +
    `${compiled} compiled, ${cached} there before, ${(milliseconds / 1000).toFixed(1)} s`
  );
}
