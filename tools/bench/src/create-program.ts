import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { benchParts } from './bench-plan.js';
import { exercise } from './commands/exercise.js';
import { type RunOptions, run } from './commands/run.js';
import { warm } from './commands/warm.js';
import { writeReport } from './commands/write-report.js';

type WriteLine = (line: string) => void;

/** The benchmark's commands; results go to `writeLine`, trouble to stderr. */
export function createProgram(writeLine: WriteLine): Command {
  const program = new Command('dg-bench').description('benchmarks of GEMMs, casts and layouts');
  program
    .command('run')
    .description('measure, check and print one JSON line or table line per measurement')
    .option('--ops <list>', `of ${benchParts.join(',')} (default: all)`)
    .option(
      '--shapes <list>',
      'MxNxK,... and GROUPSxMxNxK,... of the products (default: those of the tables)',
    )
    .option('--out <file>', 'write JSON lines to this file and table lines to the terminal')
    .option('--yardstick <file>', 'JSON lines of the peers, measured in the same call')
    .option('--dependent-launch <on|off>', "option of every call (default: the library's)")
    .option('--constant-b <on|off>', "option of every call (default: the library's)")
    .option('--constant-a <on|off>', "option of every call (default: the library's)")
    .option('--device <id>', 'cuda or cuda:N', 'cuda')
    .action(async (options: RunOptions) => {
      if (!(await run(options, writeLine))) process.exitCode = 1;
    });
  program
    .command('report')
    .description('make the readable page of a results file, with its plots beside it')
    .option('--in <file>', 'JSON lines', resultsFile('h200.jsonl'))
    .option('--out <file>', 'Markdown', resultsFile('h200.md'))
    .action(writeReport);
  program
    .command('warm')
    .description('compile kernels into the cache, one compiler per core')
    .option('--benchmark-only', 'only those that the benchmark chooses')
    .option('--architecture <name>', 'for example sm_90a', 'sm_90a')
    .action((options: { benchmarkOnly?: boolean; architecture: string }) => warm(options, writeLine));
  program
    .command('exercise')
    .description('run every kind of kernel on small shapes and check the results')
    .option('--device <id>', 'cuda or cuda:N', 'cuda')
    .option('--only <text>', 'cases whose names contain it')
    .action((options: { device: string; only?: string }) => exercise(options, writeLine));
  return program;
}

/** tools/bench/results, from src/ and from dist/. */
function resultsFile(name: string): string {
  return fileURLToPath(new URL(`../results/${name}`, import.meta.url));
}
