import type { CaseMeasure, SearchDevices } from '@dg/testing';
import type { DrawnCase } from './draw-case.js';

/** What became of one case. */
export interface CaseOutcome {
  readonly index: number;
  readonly operation: string;
  readonly refused: boolean;
  readonly milliseconds: number;
  readonly epsilon?: CaseMeasure['epsilon'];
  readonly failure?: CaseFailure;
}

export interface CaseFailure {
  /** What was called, and how. */
  readonly description: string;
  /** What went wrong. */
  readonly message: string;
}

/** Runs a case. Never throws. */
export async function outcomeOf(
  drawn: DrawnCase,
  index: number,
  devices: SearchDevices,
): Promise<CaseOutcome> {
  const { operation, refused, description } = drawn;
  const start = performance.now();
  const common = () => ({ index, operation, refused, milliseconds: performance.now() - start });
  try {
    const { epsilon } = await drawn.check(devices);
    return { ...common(), ...(epsilon === undefined ? {} : { epsilon }) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...common(), failure: { description, message } };
  }
}
