import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type CaseOutcome, outcomeOf } from './case-outcome.js';
import { describeSummary } from './describe-summary.js';
import { deviceTable } from './device-table.js';
import { drawCase } from './draw-case.js';
import { type ParsedOptions, parseOptions, type SearchOptions } from './parse-options.js';
import { repositoryCommand } from './repeat-command.js';
import { runSearch } from './run-search.js';
import { searchDevices } from './search-devices.js';
import { searchOperations } from './search-operations.js';
import { type RunFacts, type SearchSummary, summarise } from './search-summary.js';

type WriteLine = (line: string) => void;

const progressSeconds = 30;

/** The commands; results go to `writeLine`, progress to stderr. */
export function createProgram(writeLine: WriteLine): Command {
  const program = new Command('search').description(
    'draw calls of every operation and compare a device with the cpu; wrong calls have to be refused',
  );
  program
    .command('run', { isDefault: true })
    .description('draw and run cases; exit code 1 when one fails')
    .option('--device <id>', 'cuda, cuda:N, cpu or sim:sm_90a', 'cuda')
    .option('--seed <n>', 'decides every case, together with its index (default: a random one)')
    .option('--cases <n>', 'how many (default: 20000 on a GPU, 2000 on the cpu, 320 on the simulator)')
    .option('--case <n>', 'only this one')
    .option('--sizes <sizes>', 'small or full (default: small on the simulator)')
    .option('--workers <n>', 'processes (default: one for each core)')
    .option('--seconds <n>', 'begin no case after so many')
    .option('--failures <n>', 'begin no case after so many failed', '20')
    .option('--case-seconds <n>', 'give up a case after so many', '120')
    .option('--out <file>', 'write the summary as JSON')
    .action(async (options: SearchOptions) => {
      const parsed = parseOptions(options);
      const failed =
        parsed.onlyCase === undefined
          ? await searchAll(parsed, options, writeLine)
          : await searchOne(parsed, parsed.onlyCase, writeLine);
      if (failed) process.exitCode = 1;
    });
  program
    .command('table')
    .description('the table of operations and devices of some summaries, in Markdown')
    .argument('<summaries...>', 'JSON files that --out wrote')
    .action((files: string[]) => {
      const summaries = files.map(
        (file) => JSON.parse(readFileSync(fromHere(file), 'utf8')) as SearchSummary,
      );
      writeLine(deviceTable(summaries));
    });
  return program;
}

async function searchAll(
  parsed: ParsedOptions,
  options: SearchOptions,
  writeLine: WriteLine,
): Promise<boolean> {
  const { device: deviceId, seed, sizes, workers } = parsed;
  const operations = searchOperations();
  const outcomes: CaseOutcome[] = [];
  const start = performance.now();
  process.stderr.write(`search on ${deviceId}, seed ${seed}, ${parsed.cases} cases\n`);
  const progress = setInterval(() => tellProgress(outcomes, parsed.cases), progressSeconds * 1000);
  try {
    const device = await runSearch({
      ...parsed,
      operations,
      program: {
        path: fileURLToPath(new URL('./worker.js', import.meta.url)),
        settings: { device: deviceId, seed, sizes },
        caseSeconds: parsed.caseSeconds,
      },
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    const facts: RunFacts = {
      device,
      commit: process.env['DG_COMMIT'] ?? 'unknown',
      seed,
      sizes,
      seconds: (performance.now() - start) / 1000,
      workers,
      deviceId,
      // How the program is called here, for the lines that run a case again.
      command: process.env['DG_SEARCH_COMMAND'] ?? repositoryCommand,
      operationNames: [...new Set(operations.map(({ name }) => name))],
    };
    const summary = summarise(outcomes, facts);
    if (options.out !== undefined) writeSummary(fromHere(options.out), summary);
    writeLine(describeSummary(summary));
    return summary.failures.length > 0;
  } finally {
    clearInterval(progress);
  }
}

function tellProgress(outcomes: readonly CaseOutcome[], cases: number): void {
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
  process.stderr.write(`${outcomes.length} of ${cases}, ${failed} failed\n`);
}

/** One case, in this process, so that it can be looked at with a debugger. */
async function searchOne(
  { device, seed, sizes }: ParsedOptions,
  index: number,
  writeLine: WriteLine,
): Promise<boolean> {
  const drawn = drawCase(searchOperations(), { seed, index, sizes });
  writeLine(drawn.description);
  const devices = await searchDevices(device);
  const { failure, epsilon, milliseconds } = await outcomeOf(drawn, index, devices);
  writeLine(
    failure === undefined
      ? `passed on ${devices.device.name} in ${milliseconds.toFixed(0)} ms, epsilon ${epsilon?.value ?? 'not asked for'}`
      : `FAILED on ${devices.device.name}: ${failure.message}`,
  );
  devices.device.destroy();
  return failure !== undefined;
}

function writeSummary(path: string, summary: SearchSummary): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(summary, null, 2)}\n`);
}

/** Package managers run scripts in the folder of the package; paths are meant from where the user is. */
function fromHere(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}
