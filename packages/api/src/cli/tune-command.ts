import { createCompiler } from '@dg/jit';
import { DgValidationError, requestDevice } from '@dg/runtime';
import type { Command } from 'commander';
import { autotune } from '../tuning/autotune.js';
import { describeTunedCall, describeTuning } from './describe-tuning.js';
import { addOperationOptions, type OperationOptions, operationsOf } from './operation-options.js';
import { parseCount } from './parse-count.js';
import { showProgress } from './show-progress.js';
import { untilInterrupted } from './until-interrupted.js';
import type { WriteLine } from './write-line.js';

interface TuneCommandOptions extends OperationOptions {
  readonly device: string;
  readonly candidates?: number;
  readonly cacheDir?: string;
  readonly json?: boolean;
}

export function addTuneCommand(program: Command, writeLine: WriteLine): void {
  addOperationOptions(
    program
      .command('tune')
      .description('measure on the GPU which kernel is the fastest for each product, for setUseTuned'),
  )
    .option('--device <id>', 'cuda, cuda:1', 'cuda')
    .option('--candidates <count>', 'kernels that are timed for each product (default: 8)', parseCount)
    .option('--cache-dir <directory>', 'default: DG_JIT_CACHE_DIR, else ~/.deep_gemm')
    .option('--json', 'the summary as JSON')
    .action((shapes: string | undefined, options: TuneCommandOptions) =>
      untilInterrupted((signal, report) => run(shapes, options, { signal, report }, writeLine)),
    );
}

async function run(
  shapes: string | undefined,
  options: TuneCommandOptions,
  { signal, report }: { readonly signal: AbortSignal; report(state: string): void },
  writeLine: WriteLine,
): Promise<void> {
  const operations = operationsOf(shapes, options);
  if (operations.length === 0) {
    throw new DgValidationError('expected a file of shapes or --operation but received none');
  }
  const { cacheDir } = options;
  // Kernels and results go to the same directory.
  const compiler = cacheDir === undefined ? {} : { compiler: createCompiler({ cacheDirectory: cacheDir }) };
  const device = await requestDevice(options.device, compiler);
  const progress = showProgress(process.stderr, 'products');
  try {
    const summary = await autotune(device, operations, {
      candidates: options.candidates,
      cacheDirectory: cacheDir,
      onProgress: ({ done, total, call }) => {
        report(`${done} of ${total} products done, which are kept`);
        progress.update(done, total, call && describeTunedCall(call));
      },
      signal,
    });
    progress.stop();
    writeLine(options.json === true ? JSON.stringify(summary) : describeTuning(summary, device));
  } finally {
    progress.stop();
    device.destroy();
  }
}
