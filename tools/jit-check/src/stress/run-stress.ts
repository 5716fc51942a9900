import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { listCachedKernels, verifyCachedKernels } from '@dg/jit';
import { makeFakeCompiler } from './fake-compiler.js';
import { seededRandom } from './seeded-random.js';
import { stressKernels } from './stress-kernels.js';
import type { WorkerTask } from './worker-task.js';

export interface StressOptions {
  readonly processes: number;
  readonly seconds: number;
  /** Of one round. */
  readonly kernels: number;
  readonly seed: number;
  /** Path of a real nvcc; the fake compiler when left out. */
  readonly nvcc?: string | undefined;
  /** Milliseconds between two kills, on average. */
  readonly killPauseMs: number;
  /** Default: the one that is bundled beside the command. */
  readonly workerScript?: string | undefined;
}

export interface StressResult {
  readonly rounds: number;
  readonly kernels: number;
  readonly started: number;
  readonly killed: number;
  /** Of the compiler. */
  readonly runs: number;
  /** Runs that were begun by a process that was killed before it was done. */
  readonly lostRuns: number;
  /** In words; none when all is well. */
  readonly faults: readonly string[];
}

const shareOfCompilingVictims = 0.5;

const bundledWorker = fileURLToPath(new URL('./stress/stress-worker.js', import.meta.url));

/**
 * Processes that all want the same kernels of one cold cache, of which some are killed at any moment and replaced. Every
 * kernel must be compiled once, plus once for each process that was killed over it; every process that is left alone must
 * get the right kernels without a warning; the cache must be whole at the end of every round.
 */
export async function runStress(
  options: StressOptions,
  onRound: (result: StressResult) => void = () => {},
): Promise<StressResult> {
  const directory = mkdtempSync(join(tmpdir(), 'dg-jit-stress-'));
  const end = performance.now() + options.seconds * 1000;
  let result: StressResult = {
    rounds: 0,
    kernels: 0,
    started: 0,
    killed: 0,
    runs: 0,
    lostRuns: 0,
    faults: [],
  };
  try {
    while (performance.now() < end && result.faults.length === 0) {
      const round = await new StressRound(directory, result.rounds, options).run(end);
      result = add(result, round);
      onRound(result);
    }
    return result;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

class StressRound {
  readonly #options: StressOptions;
  readonly #round: number;
  readonly #cacheDirectory: string;
  readonly #journals: string;
  readonly #compiler: string;
  readonly #runsFile: string | undefined;
  readonly #random: () => number;
  /** With their journals. */
  readonly #alive = new Map<ChildProcess, string>();
  readonly #faults: string[] = [];
  #started = 0;
  #killed = 0;

  constructor(directory: string, round: number, options: StressOptions) {
    this.#options = options;
    this.#round = round;
    this.#cacheDirectory = join(directory, 'cache');
    this.#journals = join(directory, `journals-${round}`);
    mkdirSync(this.#journals);
    this.#random = seededRandom(options.seed + round);
    const fakeDirectory = join(directory, `compiler-${round}`);
    mkdirSync(fakeDirectory);
    const fake = options.nvcc === undefined ? makeFakeCompiler(fakeDirectory) : undefined;
    this.#compiler = fake?.path ?? options.nvcc!;
    this.#runsFile = fake?.runsFile;
  }

  /** Until every process has all kernels. No more are killed after `end`. */
  async run(end: number): Promise<StressResult> {
    const finished = Promise.all(
      Array.from({ length: this.#options.processes }, () => this.#keepOneUntilDone()),
    );
    let isOver = false;
    const over = finished.then(() => {
      isOver = true;
    });
    while (!isOver && performance.now() < end) {
      await Promise.race([over, sleep(this.#random() * 2 * this.#options.killPauseMs)]);
      if (!isOver) this.#killOne();
    }
    await over;
    return this.#judge();
  }

  /** A process that is killed is followed by another one. */
  async #keepOneUntilDone(): Promise<void> {
    while ((await this.#runOne()) === 'killed');
  }

  #runOne(): Promise<'done' | 'killed'> {
    const index = this.#started++;
    const task: WorkerTask = {
      round: this.#round,
      kernels: this.#options.kernels,
      cacheDirectory: this.#cacheDirectory,
      compiler: this.#compiler,
      isFake: this.#options.nvcc === undefined,
      journal: join(this.#journals, String(index)),
      seed: Math.floor(this.#random() * 2 ** 32),
    };
    const child = spawn(
      process.execPath,
      [this.#options.workerScript ?? bundledWorker, JSON.stringify(task)],
      {
        stdio: ['ignore', 'inherit', 'pipe'],
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
      },
    );
    this.#alive.set(child, task.journal);
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    return new Promise((resolve) => {
      child.on('close', (exitCode, signal) => {
        this.#alive.delete(child);
        if (signal === 'SIGKILL') return resolve('killed');
        if (exitCode !== 0) this.#faults.push(`process ${index} ended with ${exitCode ?? signal}: ${stderr}`);
        else if (stderr !== '') this.#faults.push(`process ${index} said: ${stderr}`);
        resolve('done');
      });
    });
  }

  /** Every other time one that is just compiling, where there is one. */
  #killOne(): void {
    const all = [...this.#alive];
    const compiling = all.filter(([, journal]) => unfinishedKernels(journal).length > 0);
    const victims = this.#random() < shareOfCompilingVictims && compiling.length > 0 ? compiling : all;
    const [victim] = victims[Math.floor(this.#random() * victims.length)] ?? [];
    if (victim?.kill('SIGKILL') !== true) return;
    this.#alive.delete(victim);
    this.#killed += 1;
  }

  #judge(): StressResult {
    const { kernels } = this.#options;
    const names = stressKernels(this.#round, kernels).map(({ name }) => name);
    const lostByName = this.#lostRuns();
    const runsByName = this.#runsByName();
    const builds = listCachedKernels(this.#cacheDirectory).filter(({ folder }) =>
      folder.startsWith(`stress-${this.#round}-`),
    );
    for (const name of names) {
      const [runs, lost] = [runsByName.get(name) ?? 0, lostByName.get(name) ?? 0];
      const count = builds.filter(({ record }) => record?.name === name).length;
      if (count !== 1) this.#faults.push(`${name} has ${count} entries`);
      if (this.#runsFile !== undefined && (runs < 1 || runs > 1 + lost)) {
        this.#faults.push(`${name} was compiled ${runs} times, ${lost} of which were lost by a kill`);
      }
    }
    for (const { kernel, fault } of verifyCachedKernels(this.#cacheDirectory)) {
      this.#faults.push(`${kernel.folder} is broken: ${fault}`);
    }
    const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);
    return {
      rounds: 1,
      kernels,
      started: this.#started,
      killed: this.#killed,
      runs: sum(runsByName),
      lostRuns: sum(lostByName),
      faults: this.#faults,
    };
  }

  /** How often each kernel was begun by a process that did not come to its end. */
  #lostRuns(): ReadonlyMap<string, number> {
    return countNames(
      readdirSync(this.#journals).flatMap((journal) => unfinishedKernels(join(this.#journals, journal))),
    );
  }

  #runsByName(): ReadonlyMap<string, number> {
    const lines = this.#runsFile === undefined ? [] : readFileSync(this.#runsFile, 'utf8').split('\n');
    return countNames(
      lines.flatMap((line) => {
        const [, round, index] = /^\/\/ round (\d+), kernel (\d+)$/.exec(line) ?? [];
        return index === undefined ? [] : [`stress-${round}-${index}`];
      }),
    );
  }
}

/** What a process has begun to compile and not told to be done with. */
function unfinishedKernels(journal: string): string[] {
  const lines = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n') : [];
  const namesAfter = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const done = new Set(namesAfter('end'));
  return namesAfter('start').filter((name) => !done.has(name));
}

function countNames(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function add(a: StressResult, b: StressResult): StressResult {
  return {
    rounds: a.rounds + b.rounds,
    kernels: a.kernels + b.kernels,
    started: a.started + b.started,
    killed: a.killed + b.killed,
    runs: a.runs + b.runs,
    lostRuns: a.lostRuns + b.lostRuns,
    faults: [...a.faults, ...b.faults],
  };
}
