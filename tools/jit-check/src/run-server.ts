import { join } from 'node:path';
import { warmup } from '@dg/api';
import { type CompileEvent, createCompiler } from '@dg/jit';
import { type KernelDevice, requestDevice } from '@dg/runtime';
import { gemmKernelSources } from '../../../packages/api/src/warmup/gemm-kernel-sources.js';
import { plannedCalls } from '../../../packages/api/src/warmup/planned-calls.js';
import { target } from './load-kernels.js';
import { enqueueCalls } from './real-calls.js';
import type { ServerConfiguration } from './server-configurations.js';
import type { WriteLine } from './write-line.js';

const multiprocessorCount = 132;

/** Warms up for a server and then asks for the kernel of every call that it may make, with compiling forbidden. */
export async function runServer(
  { name, operations }: ServerConfiguration,
  directory: string,
  device: string | undefined,
  writeLine: WriteLine,
): Promise<void> {
  const cacheDirectory = join(directory, name);
  const { kernels, compiled, milliseconds } = await warmup(operations, { cacheDirectory });
  writeLine(`${name}: ${kernels} kernels, ${compiled} compiled in ${(milliseconds / 1000).toFixed(1)} s`);

  chooseForEveryCall(name, operations, cacheDirectory, writeLine);
  if (device !== undefined) await runOnDevice(name, operations, cacheDirectory, device, writeLine);
}

/** The choice and the look into the cache, without a device. */
function chooseForEveryCall(
  name: string,
  operations: ServerConfiguration['operations'],
  cacheDirectory: string,
  writeLine: WriteLine,
): void {
  const { compiler, counts } = forbiddingCompiler(cacheDirectory);
  const start = performance.now();
  const asked = new Set<string>();
  let calls = 0;
  for (const operation of operations) {
    for (const { problem, device } of plannedCalls(operation, multiprocessorCount)) {
      calls += 1;
      for (const source of gemmKernelSources(problem, device)) {
        if (asked.has(source.code)) continue;
        asked.add(source.code);
        compiler.compileSync(source, target);
      }
    }
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  writeLine(`${name}: ${calls} calls chose ${asked.size} kernels: ${counts()}, ${seconds} s`);
}

function forbiddingCompiler(cacheDirectory: string) {
  const events: CompileEvent[] = [];
  const compiler = createCompiler({
    cacheDirectory,
    forbidCompile: true,
    onEvent: (event) => void events.push(event),
  });
  const hits = () => events.filter(({ type }) => type === 'cache-hit').length;
  return { compiler, counts: () => `${hits()} found in the cache, ${events.length - hits()} compilations` };
}

async function runOnDevice(
  name: string,
  operations: ServerConfiguration['operations'],
  cacheDirectory: string,
  id: string,
  writeLine: WriteLine,
): Promise<void> {
  const { compiler, counts } = forbiddingCompiler(cacheDirectory);
  const device = (await requestDevice(id, { compiler })) as KernelDevice;
  try {
    const start = performance.now();
    let calls = 0;
    for (const operation of operations) calls += await enqueueCalls(device, operation);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    writeLine(`${name}: ${calls} real calls on ${device.name}: ${counts()}, ${seconds} s`);
  } finally {
    device.destroy();
  }
}
