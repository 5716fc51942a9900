/** What is called in the container. */
export const containerOperation = {
  operation: 'fp8GemmNt',
  m: { from: 1, to: 8192 },
  n: 2112,
  k: 7168,
  d: 'bfloat16',
  c: false,
} as const;

/** What the process in the container saw. */
export interface InsideReport {
  readonly user: number;
  /** Of a compiler that it could find. */
  readonly compiler: string | undefined;
  readonly isCacheWritable: boolean;
  readonly calls: number;
  readonly hits: number;
  readonly compilations: number;
  /** Whether a product was right; undefined without a device. */
  readonly isRight: boolean | undefined;
}
