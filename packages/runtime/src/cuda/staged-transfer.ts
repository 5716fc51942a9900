import { allocateHostMemory } from '../cpu/allocate-host-memory.js';
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
 * Queues copies of `data` to `address`, by way of page-locked blocks. Returns when `data` may be reused. Data of
 * more than two chunks waits for earlier chunks to be copied, which blocks the calling thread.
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
  try {
    for (let start = 0; start < byteLength; start += stagingChunkBytes) {
      blocks.push(queueRead(context, queue, address + start, chunkLength(start, byteLength), false));
    }
  } catch (error) {
    for (const block of blocks) context.staging.retire(block);
    throw error;
  }
  for (const [index, block] of blocks.entries()) {
    await waitForEvent(context.driver, block.event);
    finishRead(context, block, result, index * stagingChunkBytes);
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
  let previous: { block: StagingBlock; start: number } | undefined;
  const finishPrevious = () => {
    if (previous === undefined) return;
    context.driver.eventSynchronize(previous.block.event);
    finishRead(context, previous.block, result, previous.start);
  };
  for (let start = 0; start < byteLength; start += stagingChunkBytes) {
    const block = queueRead(context, queue, address + start, chunkLength(start, byteLength), true);
    finishPrevious();
    previous = { block, start };
  }
  finishPrevious();
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
