import type { EventHandle } from '../native/binding.js';
import type { GuardedDriver } from './guarded-driver.js';

/** Resolves once the event is complete, without blocking; rejects with DgDriverError when the device faulted. */
export function waitForEvent(driver: GuardedDriver, event: EventHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    driver.eventWait(event, (error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
}
