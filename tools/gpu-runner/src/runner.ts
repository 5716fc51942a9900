import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DgError } from '@dg/jit';
import { Command } from 'commander';
import { ownBundle } from './runner/bundle-paths.js';
import {
  benchCommand,
  type CommandLine,
  demoCommand,
  exampleCommand,
  jitCheckCommand,
  sanitizerCommand,
  sanitizerTools,
  searchCommand,
  sweepCommand,
  testCommand,
  warmCommand,
} from './runner/commands.js';
import { partNames, planParts } from './runner/plan-parts.js';
import { runAll } from './runner/run-all.js';
import { runInForeground } from './runner/run-in-foreground.js';

const bundle = ownBundle();
const writeLine = (line: string) => void process.stdout.write(`${line}\n`);
const program = new Command('dg').description('tests and benchmarks of this bundle on this machine');

passThrough('test:gpu', 'the conformance suite on the GPU (DG_TEST_DEVICE=cpu: on the CPU)', (args) =>
  testCommand(bundle, undefined, args),
);
passThrough('search', 'the random search; see search --help', (args) => searchCommand(bundle, args));
passThrough('bench', 'the benchmark; see bench --help', (args) => benchCommand(bundle, args));
passThrough('warm', 'compile the kernels of the tests and the benchmark into the cache', (args) =>
  warmCommand(bundle, args),
);
passThrough('sweep', 'times of every configuration, and fits of the model; see sweep --help', (args) =>
  sweepCommand(bundle, args),
);
passThrough('jit-check', 'what the JIT promises; see jit-check --help', (args) =>
  jitCheckCommand(bundle, args),
);
passThrough('demo', 'multiply two random matrices and check the result', (args) => demoCommand(bundle, args));
passThrough('example', 'real work, checked and timed: moe or linear; see example --help', (args) =>
  exampleCommand(bundle, args),
);

program
  .command('sanitizer')
  .description('small shapes of every kernel under compute-sanitizer')
  .argument('[tools...]', sanitizerTools.join(', '), [...sanitizerTools])
  .action((names: string[]) => {
    const tools = sanitizerTools.filter((tool) => names.includes(tool));
    // One compiler for each core: under a tool each case would wait for its own.
    if (tools.length > 0 && runInForeground(warmCommand(bundle, [])) !== 0) {
      process.exitCode = 1;
      return;
    }
    const outcomes = tools.map((tool) => ({
      tool,
      exitCode: runInForeground(sanitizerCommand(bundle, tool)),
    }));
    writeLine(
      outcomes
        .map(({ tool, exitCode }) => `${tool} ${exitCode === 0 ? 'clean' : `FAILED ${exitCode}`}`)
        .join(', '),
    );
    if (outcomes.length === 0 || outcomes.some(({ exitCode }) => exitCode !== 0)) process.exitCode = 1;
  });

program
  .command('all')
  .description('everything, with logs in $OUT (or ./out) and one table last')
  .option('--only <parts>', `of ${partNames.join(',')}`)
  .option('--limits <seconds>', 'of some parts: test=300,bench=200')
  .action(async (options: { only?: string; limits?: string }) => {
    const outputs = resolve(process.env['OUT'] ?? 'out');
    const peers = resolve(process.env['DG_PEERS'] ?? 'bench_peers.py');
    const found = existsSync(peers);
    const parts = planParts(bundle, { ...options, outputs, peers: found ? peers : undefined });
    if (!found && parts.some(({ name }) => name === 'bench')) {
      writeLine(`no yardstick: ${peers} is not there (set DG_PEERS)`);
    }
    if (!(await runAll(parts, outputs, writeLine))) process.exitCode = 1;
  });

program.parseAsync().catch((error: unknown) => {
  const text = DgError.isInstance(error) ? error.message : String((error as Error)?.stack ?? error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});

/** A command whose arguments, --help included, belong to the program that it runs. */
function passThrough(
  name: string,
  description: string,
  commandOf: (args: readonly string[]) => CommandLine,
): void {
  program
    .command(name)
    .description(description)
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action((_options: object, command: Command) => {
      process.exitCode = runInForeground(commandOf(command.args));
    });
}
