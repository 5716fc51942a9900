import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  getAvailability,
  type KernelCompiler,
  type KernelDevice,
  type KernelSource,
  requestDevice,
} from '../index.js';

/** For the fake driver, an image is the name of a kernel that it has. */
const compiler: KernelCompiler = {
  compile: async (source) => compiler.compileSync(source, { architecture: 'sm_90a', output: 'cubin' }),
  compileSync: (source) => ({ image: new TextEncoder().encode(`FAKEKERNEL:${source.name}`) }),
};

const fakeKernel = (name: string): KernelSource => ({ name, entry: 'entry', code: '', includeRoots: [] });

async function kernelDevice(id = 'cuda'): Promise<KernelDevice> {
  const device = await requestDevice(id, { compiler });
  if (!device.executesKernels) throw new Error('expected a device that executes kernels');
  return device;
}

function launchSlow(device: KernelDevice, milliseconds: number): void {
  device.kernel(fakeKernel('slow')).launch({
    grid: [1, 1, 1],
    block: [1, 1, 1],
    arguments: [{ type: 'uint32', value: milliseconds }],
  });
}

/** Doubles `values` with a kernel, by way of a graph and strided tensors, destroying everything early. */
async function addOn(id: string, values: number[]): Promise<number[]> {
  const device = await kernelDevice(id);
  const count = values.length;
  const input = device.empty([count, 1], 'int32', { strides: [2, 1] });
  input.write(Int32Array.from(values));
  const compact = device.empty([count], 'int32');
  const output = device.zeros([count], 'int32');
  const stream = device.createStream();
  stream.waitFor(device.defaultStream.record());
  const kernel = await device.prepareKernel(fakeKernel('add-int32'));
  const graph = stream.capture(() => {
    compact.buffer.copyFrom(
      input.buffer,
      { sourceByteOffset: 0, sourcePitchBytes: 8, byteOffset: 0, pitchBytes: 4, rowBytes: 4, rows: count },
      { stream },
    );
    kernel.launch({
      grid: [1, 1, 1],
      block: [32, 1, 1],
      stream,
      arguments: [
        ...[output, compact, compact].map(
          ({ buffer }) => ({ type: 'address', buffer, byteOffset: 0 }) as const,
        ),
        { type: 'uint32', value: count },
      ],
    });
  });
  launchSlow(device, 20);
  graph.launch({ stream });
  const reading = output.read({ stream });
  for (const thing of [input, compact, output, graph, stream]) thing.destroy();
  return [...(await reading)];
}

async function fault(): Promise<unknown> {
  const device = await kernelDevice();
  const buffer = device.createBuffer({ byteLength: 16 });
  device.kernel(fakeKernel('fault')).launch({ grid: [1, 1, 1], block: [1, 1, 1], arguments: [] });
  const describeError = (error: unknown) => {
    const { name, code, result, message } = error as Error & { code?: string; result?: string };
    return { name, code, result, message };
  };
  const first = await device.synchronize().catch(describeError);
  const later = await buffer.read().catch(describeError);
  device.destroy();
  return { first, later };
}

async function tickWhileWaiting(): Promise<boolean> {
  const device = await kernelDevice();
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  launchSlow(device, 150);
  await device.synchronize();
  clearInterval(timer);
  return ticks >= 10;
}

async function bigRoundTrip(): Promise<boolean> {
  const device = await kernelDevice();
  const data = new Uint8Array(70 * 2 ** 20 + 3);
  for (let index = 0; index < data.length; index += 997) data[index] = index % 251;
  const buffer = device.createBuffer({ byteLength: data.length });
  buffer.write(data);
  const read = buffer.read();
  buffer.fill(0);
  const equal = Buffer.compare(await read, data) === 0;
  buffer.write(data);
  return equal && Buffer.compare(buffer.readSync(), data) === 0;
}

async function exitWithWorkInFlight(milliseconds: number): Promise<string> {
  const device = await kernelDevice();
  const tensor = device.zeros([1024], 'float32');
  launchSlow(device, milliseconds);
  tensor.fillZero();
  tensor.destroy();
  return 'queued';
}

const scenarios = {
  add: () => addOn('cuda:1', [1, 2, 3, -4]),
  fault,
  tickWhileWaiting,
  bigRoundTrip,
  exitWithWorkInFlight: () => exitWithWorkInFlight(10_000),
  // A worker waits for its own work at its end, as other threads go on using the context.
  endWithWorkInFlight: () => exitWithWorkInFlight(500),
  availability: async () => getAvailability(),
  workers: () => Promise.all([inWorker('add'), inWorker('add'), addOn('cuda:0', [5])]),
  workerExitsWithWork: () => inWorker('endWithWorkInFlight'),
};

type Scenario = keyof typeof scenarios;

function inWorker(scenario: Scenario): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: scenario });
    let result: unknown;
    worker.on('message', (message) => {
      result = message;
    });
    worker.on('error', reject);
    worker.on('exit', (code) => resolve({ code, result }));
  });
}

const scenario = (isMainThread ? process.argv[2] : workerData) as Scenario;
const result = await scenarios[scenario]();
if (isMainThread) process.stdout.write(JSON.stringify(result));
else parentPort!.postMessage(result);
