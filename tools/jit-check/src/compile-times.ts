import { join } from 'node:path';
import {
  COMPILER_KINDS,
  type CompilerKind,
  createCompiler,
  DgError,
  findCompiler,
  type KernelSource,
} from '@dg/jit';
import { mnMajorCopyKernel } from '@dg/kernels';
import { warmupKernels } from '../../../packages/api/src/warmup/warmup-kernels.js';
import { childrenCpuSeconds } from './children-cpu-seconds.js';
import { loadInProcess } from './load-in-process.js';
import { target } from './load-kernels.js';
import { median } from './median.js';
import { serverConfigurations } from './server-configurations.js';
import type { WriteLine } from './write-line.js';

const repetitions = 3;
const multiprocessorCount = 132;

/** What every compiler has to do at least. */
const minimalKernel: KernelSource = {
  name: 'minimal',
  entry: 'k',
  code: 'extern "C" __global__ void k(float* x, float by) { x[threadIdx.x] *= by; }\n',
  includeRoots: [],
};

interface CompileTime {
  readonly seconds: number;
  /** Of the processor. */
  readonly cpuSeconds: number;
  /** Of processor time to that of the minimal kernel, with the same compiler in the same run. */
  readonly ratio: number;
}

/**
 * Prints how long kernels take to compile, one after the other on one core, and to load from the cache.
 *
 * @param every all kernels of the decode configuration, not only a few of them.
 */
export async function printTimes(directory: string, every: boolean, writeLine: WriteLine): Promise<void> {
  const all = await decodeKernels();
  const chosen = every ? all : [mnMajorCopyKernel, ...spread(all, 6)];
  const compilers = COMPILER_KINDS.filter((compiler) => isThere(compiler, writeLine));
  const tables = new Map<CompilerKind, readonly CompileTime[]>();
  for (const compiler of compilers) tables.set(compiler, measureCompiling(chosen, compiler, directory));

  writeLine(
    `cold, one compiler on one core, median of ${repetitions}: seconds (ratio to the minimal kernel)`,
  );
  for (const [index, { name }] of [minimalKernel, ...chosen].entries()) {
    const cells = compilers.map((compiler) => {
      const { seconds, cpuSeconds, ratio } = tables.get(compiler)![index]!;
      return `${compiler} ${seconds.toFixed(2)}, ${cpuSeconds.toFixed(2)} (${ratio.toFixed(1)})`;
    });
    writeLine(`  ${name.padEnd(48)} ${cells.join('  ')}`);
  }
  for (const compiler of compilers) {
    const times = tables.get(compiler)!.slice(1);
    const seconds = times.map((time) => time.seconds);
    const cpuSeconds = times.map((time) => time.cpuSeconds);
    const ratios = times.map((time) => time.ratio);
    writeLine(
      `${compiler}: median ${median(seconds).toFixed(2)} s, most ${Math.max(...seconds).toFixed(2)} s; ` +
        `of the processor ${median(cpuSeconds).toFixed(2)} s, most ${Math.max(...cpuSeconds).toFixed(2)} s; ` +
        `median ratio ${median(ratios).toFixed(1)}, most ${Math.max(...ratios).toFixed(1)}`,
    );
  }
  printLoading(chosen, compilers[0], directory, writeLine);
}

async function decodeKernels(): Promise<readonly KernelSource[]> {
  const { operations } = serverConfigurations.find(({ name }) => name === 'decode')!;
  const kernels = await warmupKernels(operations, { multiprocessorCount });
  return kernels.filter(({ name }) => name !== mnMajorCopyKernel.name);
}

function spread<T>(values: readonly T[], count: number): readonly T[] {
  return Array.from({ length: Math.min(count, values.length) }, (_, index) => {
    return values[Math.floor((index * values.length) / Math.min(count, values.length))]!;
  });
}

function isThere(compiler: CompilerKind, writeLine: WriteLine): boolean {
  try {
    const { path, version } = findCompiler({ compiler });
    writeLine(`${compiler}: ${path}, ${version}`);
    return true;
  } catch (error) {
    if (!DgError.isInstance(error)) throw error;
    writeLine(`${compiler}: ${error.message}`);
    return false;
  }
}

function measureCompiling(
  sources: readonly KernelSource[],
  compiler: CompilerKind,
  directory: string,
): readonly CompileTime[] {
  const timeOf = (source: KernelSource) => {
    const runs = Array.from({ length: repetitions }, (_, repetition) => {
      const fresh = createCompiler({
        compiler,
        cacheDirectory: join(directory, `${compiler}-${repetition}`),
      });
      const before = childrenCpuSeconds();
      const seconds = fresh.compileSync(source, target).milliseconds / 1000;
      return { seconds, cpuSeconds: childrenCpuSeconds() - before };
    });
    return {
      seconds: median(runs.map((run) => run.seconds)),
      cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
    };
  };
  const least = timeOf(minimalKernel);
  return [least, ...sources.map(timeOf)].map((time) => ({
    ...time,
    ratio: time.cpuSeconds / least.cpuSeconds,
  }));
}

function printLoading(
  sources: readonly KernelSource[],
  compiler: CompilerKind | undefined,
  directory: string,
  writeLine: WriteLine,
): void {
  if (compiler === undefined) return;
  const cacheDirectory = join(directory, `${compiler}-0`);
  for (const forbidCompile of [false, true]) {
    const runs = Array.from({ length: repetitions }, () =>
      loadInProcess(sources, cacheDirectory, forbidCompile, directory),
    );
    const of = (key: 'first' | 'median' | 'most' | 'medianCpu') =>
      median(runs.map((run) => run[key])).toFixed(2);
    writeLine(
      `cached, new process${forbidCompile ? ', compiling forbidden' : ''}: first kernel ${of('first')} ms, ` +
        `each further one ${of('median')} ms (most ${of('most')}; of the processor ${of('medianCpu')})`,
    );
  }
}
