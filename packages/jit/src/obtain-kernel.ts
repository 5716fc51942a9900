import type { BuildTools, BuiltKernel } from './build-kernel.js';
import { isBuild, type KernelStore } from './cache/kernel-store.js';
import type { CompileJob } from './compile-job.js';
import { type Flow, inSlot, pause } from './flow/flow.js';
import type { CompileLocks } from './locks/compile-locks.js';
import { type LockOwner, thisOwner } from './locks/lock-owner.js';

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
const PAUSE_GROWTH = 1.5;
/** A compiler that hangs is killed by its owner after its time limit, which then needs a moment to tell. */
const OWNERS_MARGIN = 1.25;

export interface ObtainTools extends Omit<BuildTools, 'inputChange'> {
  readonly locks: CompileLocks;
  /** Compiles. */
  readonly build: (job: CompileJob) => Flow<BuiltKernel>;
  /** Whether the flow blocks its thread, so that nothing else on it can get done meanwhile. */
  readonly blocksThread: boolean;
}

export interface ObtainedKernel extends BuiltKernel {
  /** False when somebody else compiled it in the meantime. */
  readonly isOurs: boolean;
}

type Attempt = ObtainedKernel | { readonly busyWith: LockOwner | undefined };

/**
 * Compiles a kernel that was not in the cache, or waits for whoever compiles it now. Who dies over it leaves it to the next.
 */
export function* obtainKernel(job: CompileJob, tools: ObtainTools): Flow<ObtainedKernel> {
  const start = performance.now();
  const patienceMs = tools.timeoutMs * OWNERS_MARGIN;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS)) {
    // Waiting takes no place from those who have something to compile.
    const attempt = yield* inSlot(() => tryOnce(job, tools));
    if ('image' in attempt) return attempt;

    const { busyWith } = attempt;
    if (tools.blocksThread && busyWith?.id === thisOwner().id) break;
    if (performance.now() - start > patienceMs) {
      tools.logger.warn(
        `kernel ${job.source.name} is compiled here as well, after ${Math.round(patienceMs)} ms of waiting for ${nameOf(busyWith)}`,
      );
      break;
    }
    if (pauseMs === FIRST_PAUSE_MS) {
      tools.logger.debug(`kernel ${job.source.name}: waiting for ${nameOf(busyWith)}, which compiles it`);
    }
    yield* pause(pauseMs);
    const theirs = readTheirs(job, tools.store);
    if (theirs !== undefined) return theirs;
  }
  return { ...(yield* inSlot(() => tools.build(job))), isOurs: true };
}

function* tryOnce(job: CompileJob, { store, locks, build }: ObtainTools): Flow<Attempt> {
  // Where nothing is kept there is nobody to wait for.
  if (!store.isTrusted) return { ...(yield* build(job)), isOurs: true };
  const attempt = locks.tryAcquire(job.key);
  if ('busyWith' in attempt) return attempt;
  let isInCache = false;
  try {
    const kernel = readTheirs(job, store) ?? { ...(yield* build(job)), isOurs: true };
    isInCache = kernel.path !== undefined;
    return kernel;
  } finally {
    attempt.lock.release(isInCache);
  }
}

function readTheirs(job: CompileJob, store: KernelStore): ObtainedKernel | undefined {
  const found = store.read(job.address);
  if (!isBuild(found)) return undefined;
  return { path: found.path, image: found.image, log: found.record.log, isOurs: false };
}

function nameOf(owner: LockOwner | undefined): string {
  return owner === undefined ? 'another process' : `process ${owner.process} on ${owner.host}`;
}
