/** What a comparison came to. */
export interface Check {
  readonly passed: boolean;
  /** In a few words, for a table. */
  readonly detail: string;
}

/** All of several checks; what is said is the first that failed, else `detail`. */
export function allOf(checks: readonly Check[], detail: string): Check {
  return checks.find(({ passed }) => !passed) ?? { passed: true, detail };
}
