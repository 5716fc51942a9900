import { DgValidationError, disposeSymbol, type Event } from '@dg/runtime';
import type { SimDevice } from './sim-device.js';

/** A moment. Work of a simulated device runs at once, so that it is complete from the start. */
export class SimEvent implements Event {
  readonly device: SimDevice;
  readonly #milliseconds = performance.now();
  #destroyed = false;

  constructor(device: SimDevice) {
    this.device = device;
  }

  get complete(): boolean {
    this.assertAlive();
    return true;
  }

  /** Time of this machine, which says nothing about a GPU. */
  elapsedSince(earlier: Event): number {
    this.assertAlive();
    const start = simEventOf(this.device, earlier, 'elapsedSince');
    start.assertAlive();
    return this.#milliseconds - start.#milliseconds;
  }

  async synchronize(): Promise<void> {
    this.assertAlive();
  }

  synchronizeSync(): void {
    this.assertAlive();
  }

  destroy(): void {
    this.#destroyed = true;
  }

  [disposeSymbol](): void {
    this.destroy();
  }

  assertAlive(): void {
    if (this.#destroyed) {
      throw new DgValidationError(
        `expected a live event of the ${this.device.name} device but received a destroyed one`,
      );
    }
  }
}

/** Throws DgValidationError for an event of another device. */
export function simEventOf(device: SimDevice, event: Event, operation: string): SimEvent {
  if (!(event instanceof SimEvent) || event.device !== device) {
    throw new DgValidationError(
      `expected an event of the ${device.name} device for ${operation} but received a foreign one`,
    );
  }
  return event;
}
