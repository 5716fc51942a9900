import { DgValidationError } from '@dg/jit';
import type { Event } from '../device/event.js';
import { disposeSymbol } from '../dispose-symbol.js';

/** A moment. Work of the `cpu` device runs at once, so that it is complete from the start. */
export class HostEvent implements Event {
  readonly #milliseconds = performance.now();
  #destroyed = false;

  get complete(): boolean {
    this.#assertAlive();
    return true;
  }

  elapsedSince(earlier: Event): number {
    this.#assertAlive();
    if (!(earlier instanceof HostEvent)) {
      throw new DgValidationError(
        'expected an event of the cpu device for elapsedSince but received a foreign one',
      );
    }
    earlier.#assertAlive();
    return this.#milliseconds - earlier.#milliseconds;
  }

  async synchronize(): Promise<void> {
    this.#assertAlive();
  }

  synchronizeSync(): void {
    this.#assertAlive();
  }

  destroy(): void {
    this.#destroyed = true;
  }

  [disposeSymbol](): void {
    this.destroy();
  }

  #assertAlive(): void {
    if (this.#destroyed) {
      throw new DgValidationError('expected a live event of the cpu device but received a destroyed one');
    }
  }
}
