export interface DeviceProperties {
  /** As the vendor calls it: `NVIDIA H200`. */
  readonly model: string;
  /** Compiler target, `sm_90a`; undefined on `cpu`. */
  readonly architecture: string | undefined;
  readonly multiprocessorCount: number;
  /** Largest dynamic shared memory a block may ask for, in bytes. */
  readonly sharedMemoryPerBlockBytes: number;
  readonly l2CacheBytes: number;
  readonly totalMemoryBytes: number;
  /** Peak SM clock. */
  readonly clockMegahertz: number;
}
