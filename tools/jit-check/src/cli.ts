import { DgError } from '@dg/jit';
import { Command, InvalidArgumentError } from 'commander';
import { compareCompilers } from './compare-compilers.js';
import { printTimes } from './compile-times.js';
import { runContainer } from './run-container.js';
import { runServer } from './run-server.js';
import { serverConfigurations } from './server-configurations.js';
import { runStress, type StressOptions } from './stress/run-stress.js';
import { withTemporaryDirectory } from './temporary-directory.js';

const writeLine = (line: string) => void process.stdout.write(`${line}\n`);

const program = new Command('jit-check').description('shows what the JIT promises');

program
  .command('times')
  .description('how long kernels take to compile with each compiler, and to load from the cache')
  .option('--every', 'all kernels of the decode configuration')
  .action(({ every }: { every?: boolean }) => times(every === true));

program
  .command('server')
  .description(
    'kernels of a decode and of a prefill server, time to warm up, every M with compiling forbidden',
  )
  .option('--device <id>', 'makes every call for real: cuda')
  .action(({ device }: { device?: string }) => server(device));

program
  .command('container')
  .description('a moved, read-only cache in a root without a compiler, as another user')
  .option('--device <id>', 'multiplies for real: cuda')
  .action(({ device }: { device?: string }) => container(device));

program
  .command('compare')
  .description('whether kernels of NVRTC are slower than those of nvcc, row by row of the benchmark')
  .argument('<nvcc>', 'results of dg bench with nvcc')
  .argument('<nvrtc>', 'results of dg bench under DG_JIT_USE_NVRTC=1')
  .action((nvcc: string, nvrtc: string) => writeLine(compareCompilers(nvcc, nvrtc)));

program
  .command('stress')
  .description('processes that want the same kernels of one cold cache, some of them killed at any moment')
  .option('--processes <count>', 'at a time', count, 32)
  .option('--seconds <count>', 'how long', count, 180)
  .option('--kernels <count>', 'of a round', count, 48)
  .option('--kill-pause <milliseconds>', 'between two kills, on average', count, 150)
  .option('--seed <number>', 'of the order of everything', count, Date.now() % 1_000_000)
  .option('--nvcc <path>', 'a real compiler in place of the quick fake one')
  .action(stress);

program
  .command('all')
  .description('times, server, container and a stress run, one after the other')
  .option('--device <id>', 'cuda')
  .option('--seconds <count>', 'of the stress run', count, 180)
  .action(async ({ device, seconds }: { device?: string; seconds: number }) => {
    await times(false);
    await server(device);
    await container(device);
    const seed = Date.now() % 1_000_000;
    await stress({ processes: 32, seconds, kernels: 48, killPause: 150, seed });
  });

function times(every: boolean): Promise<void> {
  return withTemporaryDirectory((directory) => printTimes(directory, every, writeLine));
}

function server(device: string | undefined): Promise<void> {
  return withTemporaryDirectory(async (directory) => {
    for (const configuration of serverConfigurations) {
      await runServer(configuration, directory, device, writeLine);
    }
  });
}

function container(device: string | undefined): Promise<void> {
  return withTemporaryDirectory(async (directory) => {
    const isRight = await runContainer(directory, device, writeLine);
    writeLine(isRight ? 'nothing was compiled' : 'FAILED');
    if (!isRight) process.exitCode = 1;
  });
}

type StressCommandOptions = Omit<StressOptions, 'killPauseMs'> & { readonly killPause: number };

async function stress({ killPause, ...options }: StressCommandOptions): Promise<void> {
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
}

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
