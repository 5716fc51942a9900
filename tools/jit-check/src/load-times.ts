// A process of its own: loads the kernels of a cache that a file names, and prints the times as JSON.
import { readFileSync } from 'node:fs';
import type { KernelSource } from '@dg/kernels';
import { loadKernels } from './load-kernels.js';

const { sources, cacheDirectory, forbidCompile } = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as {
  sources: KernelSource[];
  cacheDirectory: string;
  forbidCompile: boolean;
};
process.stdout.write(JSON.stringify(loadKernels(sources, cacheDirectory, forbidCompile)));
