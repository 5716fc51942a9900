import type { CudaContext } from './cuda-context.js';
import type { CudaQueue } from './cuda-queue.js';
import { quietly } from './guarded-driver.js';
import { waitForEvent } from './wait-for-event.js';

/** Resolves once all that is on the queue now has finished, without blocking; rejects when the device faulted. */
export async function waitForQueue(context: CudaContext, queue: CudaQueue): Promise<void> {
  const { driver, handle } = context;
  const event = driver.eventCreate(handle, false);
  try {
    driver.eventRecord(event, queue.handle);
    await context.hold(() => waitForEvent(driver, event));
  } finally {
    quietly(() => driver.eventDestroy(event));
  }
}
