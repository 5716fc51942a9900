import type { CaseSizes } from '@dg/testing';
import type { CaseOutcome } from './case-outcome.js';
import { repeatCommand } from './repeat-command.js';

export interface OperationCounts {
  /** Right calls and wrong ones. */
  readonly calls: number;
  readonly refused: number;
  readonly failures: number;
  /** Undefined where bits have to be equal. */
  readonly largestEpsilon?: number;
}

export interface FailedCase {
  readonly index: number;
  readonly description: string;
  readonly message: string;
  /** The line that runs it again. */
  readonly repeat: string;
}

/** What is kept of a run. */
export interface SearchSummary {
  readonly device: string;
  readonly commit: string;
  readonly seed: number;
  readonly sizes: CaseSizes;
  readonly cases: number;
  readonly seconds: number;
  readonly workers: number;
  readonly failures: readonly FailedCase[];
  /** By operand type. */
  readonly largestEpsilon: Readonly<Record<string, number>>;
  readonly operations: Readonly<Record<string, OperationCounts>>;
}

export interface RunFacts
  extends Pick<SearchSummary, 'device' | 'commit' | 'seed' | 'sizes' | 'seconds' | 'workers'> {
  /** As given: for the lines that run a case again. */
  readonly deviceId: string;
  readonly command: string;
  /** Every operation that could be drawn: those without a case are in the summary too. */
  readonly operationNames: readonly string[];
}

export function summarise(outcomes: readonly CaseOutcome[], facts: RunFacts): SearchSummary {
  const { device, commit, seed, sizes, seconds, workers, deviceId, command, operationNames } = facts;
  const failures = outcomes.flatMap(({ index, failure }) =>
    failure === undefined
      ? []
      : [{ index, ...failure, repeat: repeatCommand(command, deviceId, { seed, index, sizes }) }],
  );
  const largestEpsilon: Record<string, number> = {};
  for (const { epsilon } of outcomes) {
    if (epsilon !== undefined) {
      largestEpsilon[epsilon.of] = Math.max(largestEpsilon[epsilon.of] ?? 0, epsilon.value);
    }
  }
  return {
    device,
    commit,
    seed,
    sizes,
    cases: outcomes.length,
    seconds,
    workers,
    failures: failures.sort((x, y) => x.index - y.index),
    largestEpsilon,
    operations: Object.fromEntries(
      operationNames.map((name) => [name, countsOf(outcomes.filter(({ operation }) => operation === name))]),
    ),
  };
}

function countsOf(outcomes: readonly CaseOutcome[]): OperationCounts {
  const refused = outcomes.filter((outcome) => outcome.refused).length;
  const epsilons = outcomes.flatMap(({ epsilon }) => (epsilon === undefined ? [] : [epsilon.value]));
  return {
    calls: outcomes.length - refused,
    refused,
    failures: outcomes.filter(({ failure }) => failure !== undefined).length,
    ...(epsilons.length === 0 ? {} : { largestEpsilon: epsilons.reduce((x, y) => Math.max(x, y)) }),
  };
}
