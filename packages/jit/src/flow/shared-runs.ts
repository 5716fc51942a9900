interface SharedRun<Result> {
  readonly promise: Promise<Result>;
  readonly controller: AbortController;
  callers: number;
}

/** Work that callers who want the same share. It ends early when none of them wants it any more. */
export class SharedRuns<Result> {
  readonly #running = new Map<string, SharedRun<Result>>();

  has(key: string): boolean {
    return this.#running.has(key);
  }

  /** Joins the run for `key`, or starts one. Rejects with the reason of `signal` as soon as that aborts. */
  async join(
    key: string,
    start: (signal: AbortSignal) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    signal?.throwIfAborted();
    const run = this.#running.get(key) ?? this.#start(key, start);
    run.callers += 1;
    if (signal === undefined) return await run.promise;
    return await new Promise<Result>((resolve, reject) => {
      const leave = () => {
        run.callers -= 1;
        if (run.callers === 0) this.#abandon(key, run, signal.reason);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      run.promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<Result>): SharedRun<Result> {
    const controller = new AbortController();
    const promise = start(controller.signal).finally(() => this.#forget(key, run));
    // Everybody who waited may have left.
    promise.catch(() => {});
    const run: SharedRun<Result> = { promise, controller, callers: 0 };
    this.#running.set(key, run);
    return run;
  }

  #abandon(key: string, run: SharedRun<Result>, reason: unknown): void {
    // At once: who comes now wants a run of their own.
    this.#forget(key, run);
    run.controller.abort(reason);
  }

  #forget(key: string, run: SharedRun<Result>): void {
    if (this.#running.get(key) === run) this.#running.delete(key);
  }
}
