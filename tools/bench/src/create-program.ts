import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { benchParts, benchPlan } from './bench-plan.js';
import { describeRow } from './describe-row.js';
import { exerciseKernels } from './exercise/exercise-kernels.js';
import { fromHere } from './from-here.js';
import { protocolColdBytes } from './inputs/input-set-count.js';
import { launchNormalFill } from './inputs/launch-normal-fill.js';
import { kernelDevice } from './kernel-device.js';
import { launchVariant } from './launch-variant.js';
import { protocolEffort } from './measure/time-launches.js';
import { newFile } from './new-file.js';
import { noYardsticks, parseYardsticks, type YardstickLookup } from './peers/yardsticks.js';
import { readRows } from './report/read-rows.js';
import { report } from './report/report.js';
import { benchSteps, runSteps } from './run-bench.js';
import { runIdentity } from './run-identity.js';
import { warm, warmSources } from './warm.js';

type WriteLine = (line: string) => void;

interface RunOptions {
  readonly ops?: string;
  readonly shapes?: string;
  readonly out?: string;
  readonly yardstick?: string;
  readonly dependentLaunch?: string;
  readonly constantB?: string;
  readonly device: string;
}

const pauseMilliseconds = 50;

/** The benchmark's commands; results go to `writeLine`, trouble to stderr. */
export function createProgram(writeLine: WriteLine): Command {
  const program = new Command('dg-bench').description('benchmarks of the GEMMs and casts');
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
    .option('--device <id>', 'cuda or cuda:N', 'cuda')
    .action(async (options: RunOptions) => {
      if (!(await run(options, writeLine))) process.exitCode = 1;
    });
  program
    .command('report')
    .description('make the readable page of a results file')
    .option('--in <file>', 'JSON lines', resultsFile('h200.jsonl'))
    .option('--out <file>', 'Markdown', resultsFile('h200.md'))
    .action((options: { in: string; out: string }) => {
      writeFileSync(fromHere(options.out), report(readRows(readFileSync(fromHere(options.in), 'utf8'))));
    });
  program
    .command('warm')
    .description('compile kernels into the cache, one compiler per core')
    .option('--benchmark-only', 'only those that the benchmark chooses')
    .option('--architecture <name>', 'for example sm_90a', 'sm_90a')
    .action((options: { benchmarkOnly?: boolean; architecture: string }) => warmUp(options, writeLine));
  program
    .command('exercise')
    .description('run every kind of kernel on small shapes and check the results')
    .option('--device <id>', 'cuda or cuda:N', 'cuda')
    .action(async (options: { device: string }) => {
      const device = await kernelDevice(options.device);
      let cases = 0;
      await exerciseKernels(device, (name) => {
        cases++;
        writeLine(`pass  ${name}`);
      });
      writeLine(`${cases} cases passed on ${device.name}`);
      device.destroy();
    });
  return program;
}

async function run(options: RunOptions, writeLine: WriteLine): Promise<boolean> {
  const plan = benchPlan(options.ops, options.shapes);
  const variant = launchVariant(options);
  const yardsticks = options.yardstick === undefined ? noYardsticks : readYardsticks(options.yardstick);
  const device = await kernelDevice(options.device);
  const steps = benchSteps(
    {
      device,
      identity: runIdentity(device.properties.model),
      yardsticks,
      variant,
      effort: protocolEffort,
      coldBytes: protocolColdBytes,
      pauseMilliseconds,
      fillNormalOn: launchNormalFill(device),
    },
    plan,
  );
  const out = options.out === undefined ? undefined : newFile(fromHere(options.out));
  const { succeeded, secondsOf } = await runSteps(steps, {
    row: (row) => {
      const line = JSON.stringify(row);
      if (out === undefined) writeLine(line);
      else {
        // At once: what was measured before a crash or a time limit is kept.
        appendFileSync(out, `${line}\n`);
        writeLine(describeRow(row));
      }
    },
    failure: ({ name }, error) => process.stderr.write(`FAILED ${name}: ${error.message}\n`),
  });
  device.destroy();
  for (const [op, seconds] of secondsOf) process.stderr.write(`${op} took ${seconds.toFixed(1)} s\n`);
  return succeeded;
}

/** A yardstick that did not finish costs the ratios, not the measurement. */
function readYardsticks(path: string): YardstickLookup {
  const file = fromHere(path);
  if (existsSync(file)) return parseYardsticks(readFileSync(file, 'utf8'));
  process.stderr.write(`no ratios: expected the yardstick's results at ${file} but found none\n`);
  return noYardsticks;
}

async function warmUp(
  options: { benchmarkOnly?: boolean; architecture: string },
  writeLine: WriteLine,
): Promise<void> {
  const sources = warmSources(options.benchmarkOnly === true);
  const counts = { 'compile-end': 0, 'cache-hit': 0, 'compile-failed': 0, 'compile-start': 0 };
  const start = performance.now();
  try {
    await warm(sources, options.architecture, (event) => {
      counts[event.type]++;
      if (event.type === 'compile-failed')
        process.stderr.write(`FAILED ${event.name}: ${event.error.message}\n`);
    });
  } finally {
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    writeLine(
      `${sources.length} kernels: ${counts['compile-end']} compiled, ${counts['cache-hit']} in the cache, ` +
        `${counts['compile-failed']} failed, ${seconds} s`,
    );
  }
}

/** tools/bench/results, from src/ and from dist/. */
function resultsFile(name: string): string {
  return fileURLToPath(new URL(`../results/${name}`, import.meta.url));
}
