export interface FakeEvent {
  /** How often it was recorded, and how many of those records have run. */
  recorded: number;
  reached: number;
  time: number;
  destroyed: boolean;
}

export type FakeOperation =
  | { readonly kind: 'work'; readonly name: string; run(): void }
  | { readonly kind: 'record'; readonly event: FakeEvent; readonly version: number }
  | { readonly kind: 'wait'; readonly event: FakeEvent; readonly version: number };

/** A queue that runs in order, one operation per step, and stops at a wait whose event was not reached. */
export class FakeStream {
  readonly operations: FakeOperation[] = [];
  captured: FakeOperation[] | undefined;
  destroyed = false;

  enqueue(operation: FakeOperation): void {
    (this.captured ?? this.operations).push(operation);
  }

  /** Runs the next operation. False when there is none, or it has to wait. */
  step(now: () => number): boolean {
    const next = this.operations[0];
    if (next === undefined) return false;
    if (next.kind === 'wait' && next.event.reached < next.version) return false;
    this.operations.shift();
    if (next.kind === 'work') next.run();
    if (next.kind === 'record') {
      next.event.reached = Math.max(next.event.reached, next.version);
      next.event.time = now();
    }
    return true;
  }
}
