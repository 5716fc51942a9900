import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompileJob } from './compile-job.js';
import { errno } from './errno.js';
import { DgCompileError } from './errors/dg-compile-error.js';
import { imageFault } from './image/image-fault.js';
import type { ProcessOutcome } from './process/run-process.js';

/**
 * The image that a run of the compiler left in `directory`.
 * @throws DgCompileError unless the compiler ended well and the image is whole: an exit status alone proves nothing.
 */
export function imageOfOutcome(
  job: CompileJob,
  outcome: ProcessOutcome,
  directory: string,
  timeoutMs: number,
): Uint8Array {
  const fail = (received: string, cause?: Error): never => {
    throw new DgCompileError(
      {
        message: `expected ${job.target.output} from nvcc for kernel ${job.source.name} on ${job.target.architecture} but received ${received}`,
        log: outcome.output,
        command: job.command,
      },
      cause === undefined ? undefined : { cause },
    );
  };
  if (outcome.error !== undefined) fail(`no run of it: ${outcome.error.message}`, outcome.error);
  if (outcome.timedOut) fail(`nothing within ${timeoutMs} ms; its process group was killed`);
  if (outcome.signal !== null) fail(`its death by signal ${outcome.signal}`);
  if (outcome.exitCode !== 0) fail(`exit status ${outcome.exitCode}`);

  const image = readIfPresent(join(directory, job.address.imageName));
  if (image === undefined) return fail('exit status 0 without an output file');
  const fault = imageFault(image, job.target.output, job.source.entry);
  if (fault !== undefined) fail(`exit status 0 with an output that cannot be used: ${fault}`);
  return image;
}

function readIfPresent(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw error;
  }
}
