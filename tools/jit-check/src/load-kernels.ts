import { type CompileEvent, createCompiler } from '@dg/jit';
import type { KernelSource } from '@dg/kernels';
import { median } from './median.js';

export const target = { architecture: 'sm_90a', output: 'cubin' } as const;

const microsecondsPerMillisecond = 1000;

export interface LoadTimes {
  /** Milliseconds; of a process that has loaded none before: headers are read, and the compiler is looked for. */
  readonly first: number;
  /** Of all others. */
  readonly median: number;
  readonly most: number;
  /** Of processor time. */
  readonly medianCpu: number;
  readonly compilations: number;
}

/** Loads kernels from a cache, each once. */
export function loadKernels(
  sources: readonly KernelSource[],
  cacheDirectory: string,
  forbidCompile: boolean,
): LoadTimes {
  const events: CompileEvent[] = [];
  const compiler = createCompiler({
    cacheDirectory,
    forbidCompile,
    onEvent: (event) => void events.push(event),
  });
  const times: number[] = [];
  const cpuTimes: number[] = [];
  for (const source of sources) {
    const [start, cpuStart] = [performance.now(), process.cpuUsage()];
    compiler.compileSync(source, target);
    const { user, system } = process.cpuUsage(cpuStart);
    times.push(performance.now() - start);
    cpuTimes.push((user + system) / microsecondsPerMillisecond);
  }
  const [first = 0, ...others] = times;
  return {
    first,
    median: median(others),
    most: Math.max(...others),
    medianCpu: median(cpuTimes.slice(1)),
    compilations: events.filter(({ type }) => type === 'compile-start').length,
  };
}
