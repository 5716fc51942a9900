/** A kernel with one fault, and the same kernel without it. */
export interface PlantedFault {
  /** The check that reports it. */
  readonly check: string;
  /** Completes "a kernel that …". */
  readonly what: string;
  readonly broken: string;
  readonly repaired: string;
  /** Of the report. */
  readonly message: RegExp;
  /** Default: 64. */
  readonly threads?: number;
  /** CTAs. Default: 1. */
  readonly ctas?: number;
  /** CTAs in a cluster. Default: 1. */
  readonly cluster?: number;
  /** Whether only some interleavings show it; others are reported for every seed. Default: false. */
  readonly sometimes?: boolean;
  /** The line of PITFALLS that it stands for, shortened. */
  readonly pitfall?: string;
}
