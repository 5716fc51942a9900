import { DgValidationError } from '@dg/jit';
import type { Device } from '../device/device.js';
import type { Event } from '../device/event.js';
import { disposeSymbol } from '../dispose-symbol.js';

/** A moment. Its device runs work at once, so that it is complete from the start. */
export class HostEvent implements Event {
  readonly device: Device;
  readonly #milliseconds = performance.now();
  #destroyed = false;

  constructor(device: Device) {
    this.device = device;
  }

  get complete(): boolean {
    this.assertAlive();
    return true;
  }

  /** Time of this machine, which says nothing about a GPU. */
  elapsedSince(earlier: Event): number {
    this.assertAlive();
    return this.#milliseconds - liveEventOf(this.device, earlier, 'elapsedSince').#milliseconds;
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

/** Throws DgValidationError for an event of another device, or a destroyed one. */
export function liveEventOf(device: Device, event: Event, operation: string): HostEvent {
  if (!(event instanceof HostEvent) || event.device !== device) {
    throw new DgValidationError(
      `expected an event of the ${device.name} device for ${operation} but received a foreign one`,
    );
  }
  event.assertAlive();
  return event;
}
