import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DgValidationError } from '@dg/jit';
import { Command } from 'commander';
import { benchPlan } from '../../bench/src/bench-plan.js';
import { fromHere } from '../../bench/src/from-here.js';
import { gemmOperations } from '../../bench/src/gemms/gemm-operation.js';
import { kernelDevice } from '../../bench/src/kernel-device.js';
import { launchVariant } from '../../bench/src/launch-variant.js';
import { newFile } from '../../bench/src/new-file.js';
import { fixedConstants, libraryConstants, type ModelConstant } from './fit/cost-model.js';
import { fitModel } from './fit/fit-model.js';
import { fitReport } from './fit/fit-report.js';
import { defaultWeights } from './fit/selection-loss.js';
import { measurePromotion } from './promotion/measure-promotion.js';
import { promotionKernel } from './promotion/promotion-kernel.js';
import { promotionVariantName, promotionVariants } from './promotion/promotion-variant.js';
import { readLines } from './read-lines.js';
import { sweepReport, sweepSummary } from './report/sweep-report.js';
import { describeLine } from './run/describe-line.js';
import { forkWorker } from './run/fork-worker.js';
import { supervise } from './run/supervise.js';
import { type WorkOptions, work } from './run/work.js';

type WriteLine = (line: string) => void;

interface RunOptions extends WorkOptions {
  readonly resume?: boolean;
}

/** The commands of the sweep; results go to `writeLine`, trouble to stderr. */
export function createProgram(writeLine: WriteLine): Command {
  const program = new Command('dg-sweep').description('times and models of every configuration of a GEMM');
  withWorkOptions(program.command('run'))
    .description('time the candidates of each shape and write a JSON line for each')
    .option('--resume', 'keep the lines of the file and measure what it lacks')
    .action(async (options: RunOptions) => {
      if (!(await run(options, writeLine))) process.exitCode = 1;
    });
  withWorkOptions(program.command('work', { hidden: true }))
    .description('the process that measures; run starts it')
    .action(work);
  program
    .command('promotion')
    .description('cycles that promotion costs the tensor cores, by kernels that do nothing else')
    .option('--only <text>', 'variants whose name has it')
    .option('--device <id>', 'cuda, cuda:1', 'cuda')
    .action((options: { only?: string; device: string }) => promotion(options, writeLine));
  program
    .command('report')
    .description('how far the choices are from the best, and which configurations win')
    .requiredOption('--in <file>', 'JSON lines of a sweep')
    .option('--out <file>', 'Markdown (default: the terminal)')
    .action((options: { in: string; out?: string }) => {
      const page = sweepReport(readLines(readFileSync(fromHere(options.in), 'utf8')));
      if (options.out === undefined) writeLine(page.trimEnd());
      else writeFileSync(fromHere(options.out), page);
    });
  program
    .command('fit')
    .description("fit constants of the library's cost model to a sweep")
    .requiredOption('--in <file>', 'JSON lines of a sweep')
    .option('--constants <list>', `of ${Object.keys(libraryConstants).join(',')}`)
    .option('--error-weight <x>', 'of wrong estimates beside wrong choices', `${defaultWeights.error}`)
    .option('--worst-weight <x>', 'of the worst choice beside the mean', `${defaultWeights.worst}`)
    .action((options: FitCommandOptions) => {
      const lines = readLines(readFileSync(fromHere(options.in), 'utf8'));
      const weights = { error: Number(options.errorWeight), worst: Number(options.worstWeight) };
      const fitted = fittedConstants(options.constants);
      writeLine(fitReport(fitModel(lines, fitted, weights), fitted));
    });
  return program;
}

async function promotion(
  { only = '', device: id }: { readonly only?: string; readonly device: string },
  writeLine: WriteLine,
): Promise<void> {
  const device = await kernelDevice(id);
  const effort = { passes: 200, blocks: device.properties.multiprocessorCount, clock: true };
  const variants = promotionVariants.filter((variant) => promotionVariantName(variant).includes(only));
  // All at once, one compiler for each core.
  await Promise.all(variants.map((variant) => device.prepareKernel(promotionKernel(variant).source)));
  for (const variant of variants) writeLine(JSON.stringify(await measurePromotion(device, variant, effort)));
  device.destroy();
}

interface FitCommandOptions {
  readonly in: string;
  readonly constants?: string;
  readonly errorWeight: string;
  readonly worstWeight: string;
}

/** Options that the process which measures gets as they are. */
function withWorkOptions(command: Command): Command {
  return command
    .requiredOption('--op <list>', `of ${gemmOperations.join(',')}`)
    .option('--shapes <list>', 'MxNxK,... and GROUPSxMxNxK,... (default: those of the tables)')
    .option(
      '--candidates <which>',
      'all, top:N, two-on-an-sm, or a JSON file of names and configurations',
      'all',
    )
    .option('--out <file>', 'JSON lines', 'sweep.jsonl')
    .option('--budget-ms <n>', 'time of the GPU for one configuration, roughly', '40')
    .option('--pause-ms <n>', 'pause before each timing', '50')
    .option('--dependent-launch <on|off>', 'of every launch (default: on)')
    .option('--constant-b <on|off>', 'whether B is loaded before the launch before has ended (default: on)')
    .option('--constant-a <on|off>', 'whether A is, too (default: off)')
    .option('--device <id>', 'cuda or cuda:N', 'cuda');
}

async function run(options: RunOptions, writeLine: WriteLine): Promise<boolean> {
  // What is wrong with them is said before a process is started for it.
  benchPlan(options.op, options.shapes);
  launchVariant(options);
  const file = fromHere(options.out);
  if (options.resume !== true || !existsSync(file)) newFile(file);
  const finished = await supervise({
    startWorker: (onMessage) => forkWorker(workArguments(options), onMessage),
    record: (line) => {
      // At once: what was measured before a crash or a time limit is kept.
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      writeLine(describeLine(line));
    },
    tell: (text) => void process.stderr.write(`${text}\n`),
  });
  writeLine(sweepSummary(readLines(readFileSync(file, 'utf8'))));
  return finished;
}

function workArguments({
  op,
  shapes,
  candidates,
  out,
  budgetMs,
  pauseMs,
  dependentLaunch,
  constantB,
  constantA,
  device,
}: RunOptions) {
  return [
    'work',
    ...['--op', op],
    ...(shapes === undefined ? [] : ['--shapes', shapes]),
    ...['--candidates', candidates],
    ...['--out', out],
    ...['--budget-ms', budgetMs],
    ...['--pause-ms', pauseMs],
    ...(dependentLaunch === undefined ? [] : ['--dependent-launch', dependentLaunch]),
    ...(constantB === undefined ? [] : ['--constant-b', constantB]),
    ...(constantA === undefined ? [] : ['--constant-a', constantA]),
    ...['--device', device],
  ];
}

function fittedConstants(list: string | undefined): readonly ModelConstant[] {
  const all = Object.keys(libraryConstants) as ModelConstant[];
  if (list === undefined) return all.filter((name) => !fixedConstants.includes(name));
  return list.split(',').map((name) => {
    const known = all.find((constant) => constant === name.trim());
    if (known !== undefined) return known;
    throw new DgValidationError(
      `expected ${all.join(', ')} for --constants but received ${JSON.stringify(name)}`,
    );
  });
}
