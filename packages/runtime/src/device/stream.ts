import type { Device } from './device.js';
import type { Event } from './event.js';
import type { Graph } from './graph.js';

/** A queue of work that runs in order. */
export interface Stream {
  readonly device: Device;
  readonly destroyed: boolean;
  /** True between the start and the end of `capture`. */
  readonly capturing: boolean;
  /** Marks this point of the queue. */
  record(): Event;
  /** Work queued after this call waits for the event. */
  waitFor(event: Event): void;
  /** Records what `enqueue` queues on this stream, without running it. */
  capture(enqueue: () => void): Graph;
  synchronize(): Promise<void>;
  synchronizeSync(): void;
  destroy(): void;
  [Symbol.dispose](): void;
}
