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
 * DgUnavailableError when the compiler itself cannot be used.
 */
export function imageOfOutcome(
  job: CompileJob,
  outcome: ProcessOutcome,
  directory: string,
  timeoutMs: number,
): Uint8Array {
  const { source, target, toolchain } = job;
  const fail = (received: string, cause?: Error): never => {
    throw new DgCompileError(
      {
        message: `expected ${target.output} from ${toolchain.kind} for kernel ${source.name} on ${target.architecture} but received ${received}`,
        log: outcome.output,
        command: job.command,
      },
      cause === undefined ? undefined : { cause },
    );
  };
  const ownFailure = toolchain.ownFailure(outcome);
  if (ownFailure !== undefined) throw ownFailure;
  if (outcome.error !== undefined) fail(`no run of it: ${outcome.error.message}`, outcome.error);
  if (outcome.timedOut) fail(`nothing within ${timeoutMs} ms; its process group was killed`);
  if (outcome.signal !== null) fail(`its death by signal ${outcome.signal}`);
  if (outcome.exitCode !== 0) fail(`exit status ${outcome.exitCode}`);

  const image = readIfPresent(join(directory, job.address.imageName));
  if (image === undefined) return fail('exit status 0 without an output file');
  const fault = imageFault(image, target.output, source.entry);
  if (fault !== undefined) fail(`exit status 0 with an output that cannot be used: ${fault}`);
  return image;
}

/** The words of the system for a disk, or a share of it, that is full. */
const DISK_IS_FULL = /No space left on device|Disk quota exceeded/;

/** Whether a run failed for want of room, and would do better elsewhere. */
export function lackedRoom({ exitCode, output }: ProcessOutcome): boolean {
  return exitCode !== 0 && DISK_IS_FULL.test(output);
}

function readIfPresent(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw error;
  }
}
