// A process of the stress run: wants every kernel of a round, in an order of its own, and looks at each.
import { appendFileSync } from 'node:fs';
import { type CompiledKernel, createCompiler, type KernelSource } from '@dg/jit';
import { fakeImage } from './fake-compiler.js';
import { seededRandom } from './seeded-random.js';
import { stressKernels, stressTarget } from './stress-kernels.js';
import type { JournalLine, WorkerTask } from './worker-task.js';

const task = JSON.parse(process.argv[2]!) as WorkerTask;
const random = seededRandom(task.seed);
const write = (line: JournalLine) => appendFileSync(task.journal, `${line}\n`);
const shareOfBlockingCalls = 0.2;

const compiler = createCompiler({
  nvcc: task.compiler,
  cacheDirectory: task.cacheDirectory,
  onEvent: ({ type, name }) => {
    if (type === 'compile-start') write(`start ${name}`);
    if (type === 'compile-end') write(`end ${name}`);
  },
});

const kernels = stressKernels(task.round, task.kernels)
  .map((source) => ({ source, place: random() }))
  .sort((a, b) => a.place - b.place)
  .map(({ source }) => source);

const blocking = kernels.filter(() => random() < shareOfBlockingCalls);
for (const source of blocking) check(source, compiler.compileSync(source, stressTarget));
await Promise.all(kernels.map(async (source) => check(source, await compiler.compile(source, stressTarget))));

function check(source: KernelSource, { image, path }: CompiledKernel): void {
  const isRight = task.isFake ? fakeImage(source.code).equals(image) : image.byteLength > 0;
  if (isRight && path !== undefined) return;
  process.stderr.write(`wrong kernel for ${source.name} at ${path}\n`);
  process.exitCode = 1;
}
