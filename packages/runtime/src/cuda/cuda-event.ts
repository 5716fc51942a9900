import { DgValidationError } from '@dg/jit';
import type { Event } from '../device/event.js';
import { disposeSymbol } from '../dispose-symbol.js';
import type { EventHandle } from '../native/binding.js';
import type { CudaContext } from './cuda-context.js';
import { quietly } from './guarded-driver.js';
import { waitForEvent } from './wait-for-event.js';

/** A timing event, recorded once. */
export class CudaEvent implements Event {
  readonly #context: CudaContext;
  readonly #handle: EventHandle;
  #destroyed = false;

  /** Takes over `handle`. */
  constructor(context: CudaContext, handle: EventHandle) {
    this.#context = context;
    this.#handle = handle;
    context.remember(this, () => context.driver.eventDestroy(handle));
  }

  get complete(): boolean {
    return this.#context.driver.eventQuery(this.handleFor(this.#context));
  }

  elapsedSince(earlier: Event): number {
    const end = this.handleFor(this.#context);
    if (!(earlier instanceof CudaEvent)) {
      throw new DgValidationError(
        `expected an event of ${this.#context.name} for elapsedSince but received a foreign one`,
      );
    }
    if (!this.complete || !earlier.complete) {
      throw new DgValidationError(
        'expected complete events for elapsedSince but received one still in the queue',
      );
    }
    return this.#context.driver.eventElapsedMilliseconds(earlier.handleFor(this.#context), end);
  }

  async synchronize(): Promise<void> {
    const handle = this.handleFor(this.#context);
    await this.#context.hold(() => waitForEvent(this.#context.driver, handle));
  }

  synchronizeSync(): void {
    this.#context.driver.eventSynchronize(this.handleFor(this.#context));
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#context.forget(this);
    if (!this.#context.destroyed) quietly(() => this.#context.driver.eventDestroy(this.#handle));
  }

  [disposeSymbol](): void {
    this.destroy();
  }

  /** The native event. Throws DgValidationError when it is destroyed or belongs to another device. */
  handleFor(context: CudaContext): EventHandle {
    context.assertUsable();
    if (this.#context !== context) {
      throw new DgValidationError(
        `expected an event of ${context.name} but received one of ${this.#context.name}`,
      );
    }
    if (this.#destroyed) {
      throw new DgValidationError(`expected a live event of ${context.name} but received a destroyed one`);
    }
    return this.#handle;
  }
}
