import { allocateHostMemory } from '../host/allocate-host-memory.js';
import type { CudaQueue } from './cuda-queue.js';
import type { GuardedDriver } from './guarded-driver.js';
import { type StagingBlock, type StagingPool, stagingChunkBytes } from './staging-pool.js';
import { waitForEvent } from './wait-for-event.js';

/** What a transfer needs of its device. */
export interface TransferContext {
  readonly driver: GuardedDriver;
  readonly staging: StagingPool;
}

/**
 * Queues copies of `data` to `address`, by way of page-locked blocks. Returns when `data` may be reused. Blocks the
 * calling thread while earlier writes that are not copied yet hold all blocks of a size, 64 MiB.
 */
export function stagedWrite(
  context: TransferContext,
  queue: CudaQueue,
  address: number,
  data: Uint8Array,
): void {
  const { driver, staging } = context;
  for (let start = 0; start < data.byteLength; start += stagingChunkBytes) {
    const chunk = data.subarray(start, Math.min(start + stagingChunkBytes, data.byteLength));
    const block = staging.acquire(chunk.byteLength, true);
    try {
      block.bytes.set(chunk);
      driver.copyToDevice(queue.handle, address + start, block.pinned, 0, chunk.byteLength);
    } catch (error) {
      staging.release(block);
      throw error;
    }
    staging.mark(block, queue);
    staging.retire(block);
  }
}

/**
 * The bytes at `address` as they are at this point of the queue: all copies are queued before this returns,
 * so that later work cannot change what is read.
 */
export async function stagedRead(
  context: TransferContext,
  queue: CudaQueue,
  address: number,
  byteLength: number,
): Promise<Uint8Array> {
  const result = allocateHostMemory(byteLength, 'a read from the device');
  const blocks: StagingBlock[] = [];
  let finished = 0;
  try {
    for (let start = 0; start < byteLength; start += stagingChunkBytes) {
      blocks.push(queueRead(context, queue, address + start, chunkLength(start, byteLength), false));
    }
    for (const block of blocks) {
      await waitForEvent(context.driver, block.event);
      finishRead(context, block, result, finished * stagingChunkBytes);
      finished++;
    }
  } catch (error) {
    for (const block of blocks.slice(finished)) context.staging.retire(block);
    throw error;
  }
  return result;
}

/** As stagedRead, but blocks the calling thread, with two chunks in flight. */
export function stagedReadSync(
  context: TransferContext,
  queue: CudaQueue,
  address: number,
  byteLength: number,
): Uint8Array {
  const result = allocateHostMemory(byteLength, 'a read from the device');
  const inFlight: { block: StagingBlock; start: number }[] = [];
  const finishOldest = () => {
    const { block, start } = inFlight[0]!;
    context.driver.eventSynchronize(block.event);
    inFlight.shift();
    finishRead(context, block, result, start);
  };
  try {
    for (let start = 0; start < byteLength; start += stagingChunkBytes) {
      const block = queueRead(context, queue, address + start, chunkLength(start, byteLength), true);
      inFlight.push({ block, start });
      if (inFlight.length > 1) finishOldest();
    }
    while (inFlight.length > 0) finishOldest();
  } catch (error) {
    for (const { block } of inFlight) context.staging.retire(block);
    throw error;
  }
  return result;
}

function queueRead(
  context: TransferContext,
  queue: CudaQueue,
  address: number,
  byteLength: number,
  mayBlock: boolean,
): StagingBlock {
  const block = context.staging.acquire(byteLength, mayBlock);
  try {
    context.driver.copyToHost(queue.handle, block.pinned, 0, address, byteLength);
  } catch (error) {
    context.staging.release(block);
    throw error;
  }
  context.staging.mark(block, queue);
  return block;
}

function finishRead(context: TransferContext, block: StagingBlock, result: Uint8Array, start: number): void {
  result.set(block.bytes.subarray(0, chunkLength(start, result.byteLength)), start);
  context.staging.release(block);
}

function chunkLength(start: number, byteLength: number): number {
  return Math.min(stagingChunkBytes, byteLength - start);
}
