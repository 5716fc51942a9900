import { type CompileEvent, createCompiler } from '@dg/jit';
import type { KernelSource } from '@dg/kernels';
import { median } from './median.js';

export const target = { architecture: 'sm_90a', output: 'cubin' } as const;

export interface LoadTimes {
  /** Milliseconds; of a process that has loaded none before: headers are read, and the compiler is looked for. */
  readonly first: number;
  /** Of all others. */
  readonly median: number;
  readonly most: number;
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
  const times = sources.map((source) => {
    const start = performance.now();
    compiler.compileSync(source, target);
    return performance.now() - start;
  });
  const [first = 0, ...others] = times;
  return {
    first,
    median: median(others),
    most: Math.max(...others),
    compilations: events.filter(({ type }) => type === 'compile-start').length,
  };
}
