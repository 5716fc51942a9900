/** What the parent tells a worker, as its one argument. */
export interface WorkerTask {
  readonly round: number;
  readonly kernels: number;
  readonly cacheDirectory: string;
  /** Of nvcc, or of the fake compiler. */
  readonly compiler: string;
  readonly isFake: boolean;
  /** Gets a line when this worker starts to compile a kernel, and one when it is done. */
  readonly journal: string;
  readonly seed: number;
}

export type JournalLine = `start ${string}` | `end ${string}`;
