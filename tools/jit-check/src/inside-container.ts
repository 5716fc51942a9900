// Runs in the root of a container, as a user who has never compiled anything: multiplies with M of all sizes and prints
// what happened as JSON. The environment forbids compiling and names the cache.
import { accessSync, constants } from 'node:fs';
import { fp8GemmNt, type KernelDevice, requestDevice } from '@dg/api';
import { type CompileEvent, createCompiler, DgError, findCompiler } from '@dg/jit';
import { warmupKernels } from '../../../packages/api/src/warmup/warmup-kernels.js';
import { containerOperation, type InsideReport } from './container-operation.js';
import { target } from './load-kernels.js';
import { enqueueCalls } from './real-calls.js';

const [, , deviceId] = process.argv;
const events: CompileEvent[] = [];
const compiler = createCompiler({ onEvent: (event) => void events.push(event) });

let calls = 0;
let isRight: boolean | undefined;
if (deviceId === undefined) {
  for (const source of await warmupKernels([containerOperation], { multiprocessorCount: 132 })) {
    compiler.compileSync(source, target);
    calls += 1;
  }
} else {
  const device = (await requestDevice(deviceId, { compiler })) as KernelDevice;
  calls = await enqueueCalls(device, containerOperation);
  isRight = await multipliesOnes(device);
  device.destroy();
}

const hits = events.filter(({ type }) => type === 'cache-hit').length;
const report: InsideReport = {
  user: process.getuid?.() ?? -1,
  compiler: compilerThere(),
  isCacheWritable: isWritable(process.env['DG_JIT_CACHE_DIR']!),
  calls,
  hits,
  compilations: events.length - hits,
  isRight,
};
process.stdout.write(JSON.stringify(report));

/** Ones times ones with scales of one: every element of D is K. */
async function multipliesOnes(device: KernelDevice): Promise<boolean> {
  const { n, k } = containerOperation;
  const m = 64;
  const one = 0x38;
  const ones = (rows: number) =>
    device.tensor(new Uint8Array(rows * k).fill(one), [rows, k], 'float8_e4m3fn');
  const scales = (rows: number, columns: number) => {
    return device.tensor(new Float32Array(rows * columns).fill(1), [rows, columns], 'float32');
  };
  const d = device.empty([m, n], 'bfloat16');
  const blocks = k / 128;
  fp8GemmNt(
    { data: ones(m), scales: scales(m, blocks) },
    { data: ones(n), scales: scales(Math.ceil(n / 128), blocks) },
    d,
  );
  const expected = new Uint16Array(new Float32Array([k]).buffer)[1]!;
  return ((await d.read()) as Uint16Array).every((code) => code === expected);
}

function compilerThere(): string | undefined {
  try {
    return findCompiler().path;
  } catch (error) {
    if (DgError.isInstance(error)) return undefined;
    throw error;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
