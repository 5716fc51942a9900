/** A point in a stream's queue. */
export interface Event {
  /** True once everything before the point has finished. */
  readonly complete: boolean;
  /** Milliseconds from `earlier` to this event; both must be complete. */
  elapsedSince(earlier: Event): number;
  synchronize(): Promise<void>;
  synchronizeSync(): void;
  destroy(): void;
  [Symbol.dispose](): void;
}
