import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KernelSource } from '@dg/kernels';
import type { LoadTimes } from './load-kernels.js';

/** `loadKernels` in a process that has loaded none before. */
export function loadInProcess(
  sources: readonly KernelSource[],
  cacheDirectory: string,
  forbidCompile: boolean,
  directory: string,
): LoadTimes {
  const task = join(directory, 'load.json');
  writeFileSync(task, JSON.stringify({ sources, cacheDirectory, forbidCompile }));
  // Beside the bundled command.
  const script = fileURLToPath(new URL('./load-times.js', import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [script, task], { encoding: 'utf8' })) as LoadTimes;
}
