import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

export interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** URL of the built package: threads and processes of their own cannot load the sources. */
function builtPackage(): string {
  const url = new URL('../../dist/index.js', import.meta.url);
  if (!existsSync(fileURLToPath(url)))
    throw new Error('expected the build of @dg/api in dist but found none: run build');
  return url.href;
}

/** Runs module code, in which `dg` is the package, in a process of its own. */
export function runInProcess(code: string): Promise<Finished> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', withPackage(code)]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
}

/** Runs the code in a worker thread; resolves with what it passes to `report`. */
export function runInWorker(code: string): Promise<unknown> {
  const module = `
    import { parentPort } from 'node:worker_threads';
    const report = (value) => parentPort.postMessage(value);
    ${withPackage(code)}`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(module)}`));
  return new Promise((resolve, reject) => {
    let reported: unknown;
    worker.once('message', (value) => {
      reported = value;
    });
    worker.once('error', reject);
    worker.once('exit', (exitCode) => {
      if (exitCode === 0) resolve(reported);
      else reject(new Error(`expected exit code 0 from the worker but received ${exitCode}`));
    });
  });
}

function withPackage(code: string): string {
  return `const dg = await import(${JSON.stringify(builtPackage())});\n${code}`;
}
