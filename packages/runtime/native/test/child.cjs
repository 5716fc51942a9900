// Runs one function of a test with the addon, in a process of its own or in a worker of it, and reports what
// it returned or threw. The function comes as source text; `kit` is all that it can use.
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { runInThisContext } = require('node:vm');

const binding = require(join(__dirname, '../../build/Release/dg_runtime.node'));

const describeError = (error) => ({
  name: error?.name,
  message: error?.message,
  cuResult: error?.cuResult,
  cuResultName: error?.cuResultName,
  cuCall: error?.cuCall,
});

const scalar = (bytes, value) => ({ bytes, value });

/** Arguments: scalar(bytes, value), or { map: { address, element, rank, swizzle, l2Promotion, dims, stridesBytes, box } }. */
const command = (header, args) => {
  const bytes = new Uint8Array(64 + args.reduce((sum, arg) => sum + (arg.map ? 144 : 16), 0));
  const view = new DataView(bytes.buffer);
  const { grid = [1, 1, 1], block = [32, 1, 1], cluster = [1, 1, 1], shared = 0, flags = 0 } = header;
  [...grid, ...block, ...cluster, shared, flags, header.count ?? args.length].forEach((word, index) => {
    view.setUint32(index * 4, word, true);
  });
  let offset = 64;
  for (const arg of args) {
    view.setUint32(offset, arg.map ? 1 : 0, true);
    view.setUint32(offset + 4, arg.map ? 128 : arg.bytes, true);
    if (arg.map) {
      const { map } = arg;
      view.setFloat64(offset + 8, map.address, true);
      [map.element, map.rank, map.swizzle, map.l2Promotion].forEach((word, index) => {
        view.setUint32(offset + 16 + index * 4, word, true);
      });
      map.dims.forEach((dim, index) => {
        view.setFloat64(offset + 32 + index * 8, dim, true);
      });
      map.stridesBytes.forEach((stride, index) => {
        view.setFloat64(offset + 72 + index * 8, stride, true);
      });
      map.box.forEach((extent, index) => {
        view.setUint32(offset + 104 + index * 4, extent, true);
      });
      offset += 144;
    } else {
      view.setBigUint64(offset + 8, BigInt(arg.value), true);
      offset += 16;
    }
  }
  return bytes;
};

const image = (text) => new TextEncoder().encode(`FAKEKERNEL:${text}`);

const kit = {
  binding,
  scalar,
  command,
  image,
  /** Opens the driver and makes a device and a stream. */
  begin() {
    binding.initialize(isMainThread);
    const opened = binding.open();
    if (!opened.ok) throw new Error(opened.detail);
    const device = binding.deviceRetain(0);
    return { device, stream: binding.streamCreate(device) };
  },
  launch(device, stream, text, args, header = {}) {
    const kernel = binding.kernelLoad(device, image(text), 'entry');
    const bytes = command(header, args);
    binding.launch(kernel, stream, bytes, bytes.length);
    return kernel;
  },
  wait(event) {
    return new Promise((resolve, reject) => {
      binding.eventWait(event, (error) => (error ? reject(error) : resolve()));
    });
  },
  /** What the call throws, as plain data; undefined when it returns. */
  failure(call) {
    try {
      call();
      return undefined;
    } catch (error) {
      return describeError(error);
    }
  },
  describeError,
  /** The driver calls so far. */
  trace() {
    const path = process.env.FAKE_CUDA_TRACE;
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  },
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  /** Runs the function in a worker; resolves with { result, error, exitCode }. */
  inWorker(body, argument, { terminateAfter } = {}) {
    return new Promise((resolve) => {
      const worker = new Worker(__filename, { workerData: { source: body.toString(), argument } });
      const outcome = {};
      worker.on('message', (message) => Object.assign(outcome, message));
      worker.on('error', (error) => {
        outcome.error = describeError(error);
      });
      worker.on('exit', (exitCode) => resolve({ ...outcome, exitCode }));
      if (terminateAfter !== undefined) {
        worker.on('online', () => setTimeout(() => worker.terminate(), terminateAfter));
      }
    });
  },
};

const run = (source, argument) => Promise.resolve(runInThisContext(`(${source})`)(kit, argument));

if (isMainThread) {
  run(process.argv[2]).then(
    (result) => process.stdout.write(JSON.stringify({ result: result ?? null })),
    (error) => process.stdout.write(JSON.stringify({ error: describeError(error) })),
  );
} else {
  run(workerData.source, workerData.argument).then(
    (result) => parentPort.postMessage({ result }),
    (error) => parentPort.postMessage({ error: describeError(error) }),
  );
}
