import { DgError } from '@dg/jit';
import { Command, InvalidArgumentError } from 'commander';
import { runStress } from './stress/run-stress.js';

const writeLine = (line: string) => void process.stdout.write(`${line}\n`);

const program = new Command('jit-check').description('shows what the JIT promises');

program
  .command('stress')
  .description('processes that want the same kernels of one cold cache, some of them killed at any moment')
  .option('--processes <count>', 'at a time', count, 32)
  .option('--seconds <count>', 'how long', count, 180)
  .option('--kernels <count>', 'of a round', count, 48)
  .option('--kill-pause <milliseconds>', 'between two kills, on average', count, 150)
  .option('--seed <number>', 'of the order of everything', count, Date.now() % 1_000_000)
  .option('--nvcc <path>', 'a real compiler in place of the quick fake one')
  .action(async ({ killPause, ...options }) => {
    writeLine(`seed ${options.seed}`);
    const result = await runStress({ ...options, killPauseMs: killPause }, ({ rounds, kernels, killed }) =>
      process.stderr.write(`round ${rounds}: ${kernels} kernels, ${killed} kills so far\n`),
    );
    const { rounds, kernels, started, killed, runs, lostRuns, faults } = result;
    writeLine(
      `${rounds} rounds, ${kernels} kernels, ${started} processes, ${killed} killed: ` +
        `${runs} runs of the compiler, ${lostRuns} of them lost by a kill; ${faults.length} faults`,
    );
    for (const fault of faults) writeLine(fault);
    if (faults.length > 0) process.exitCode = 1;
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(
    `${DgError.isInstance(error) ? error.message : String((error as Error)?.stack ?? error)}\n`,
  );
  process.exitCode = 1;
});

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected an integer of at least 1');
  return Number(text);
}
