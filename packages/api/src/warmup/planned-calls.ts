import { DgValidationError } from '@dg/runtime';
import type { SelectionDevice } from '../config/selection-device.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { requireTcUtil } from '../settings/tc-util.js';
import { combinationCount, combinations } from './combinations.js';
import { type EntryPoint, entryPoints } from './entry-points.js';
import { mostCalls, type OperationAxes, operationAxes, refuseCombinations } from './operation-axes.js';
import type { WarmupOperation } from './warmup-operation.js';

/** One call, as far as the choice of its kernel depends on it. */
export interface PlannedCall {
  readonly problem: GemmProblem;
  readonly device: SelectionDevice;
}

/**
 * Every call that an operation stands for.
 *
 * @throws DgValidationError for a field that cannot be, or far too many calls.
 */
export function plannedCalls(operation: WarmupOperation, multiprocessorCount: number): Iterable<PlannedCall> {
  if (typeof operation !== 'object' || operation === null) {
    throw new DgValidationError(
      `expected an operation to be an object but received ${JSON.stringify(operation)}`,
    );
  }
  const entry: EntryPoint | undefined = entryPoints[operation.operation];
  if (entry === undefined) {
    throw new DgValidationError(
      `expected the name of a GEMM for operation but received ${JSON.stringify(operation.operation)}`,
    );
  }
  if (operation.tcUtil !== undefined) requireTcUtil(operation.operation, operation.tcUtil);
  const axes = operationAxes(operation, entry);
  const count = combinationCount({ ...axes });
  if (count > mostCalls) refuseCombinations(operation.operation, String(count));
  return enumerate(operation, entry, axes, multiprocessorCount);
}

function* enumerate(
  { tcUtil }: WarmupOperation,
  entry: EntryPoint,
  axes: OperationAxes,
  multiprocessorCount: number,
): Iterable<PlannedCall> {
  for (const { rows, columns, k, groups, recipe, majors, mkAlignment, numSms } of combinations({ ...axes })) {
    const { n, ...output } = columns;
    const base = { operandType: entry.operandType, m: rows.m, n, k, ...majors, recipe, ...output };
    yield {
      problem: problemOf(base, { groups, mkAlignment, expectedM: rows.expectedM }, entry),
      device: {
        multiprocessorCount,
        ...(numSms === undefined ? {} : { numSms: Math.min(numSms, multiprocessorCount) }),
        ...(tcUtil === undefined ? {} : { tcUtil }),
      },
    };
  }
}

type ProblemBase = Omit<Extract<GemmProblem, { kind: 'dense' }>, 'kind'>;

interface Grouping {
  readonly groups: number;
  readonly expectedM: number;
  readonly mkAlignment: number;
}

function problemOf(
  base: ProblemBase,
  { groups, expectedM, mkAlignment }: Grouping,
  { kind, storage = 'matrix' }: EntryPoint,
): GemmProblem {
  switch (kind) {
    case 'dense':
      return { kind, ...base };
    case 'm-grouped-contiguous':
      return { kind, ...base, groups, layout: 'rows', mkAlignment };
    case 'm-grouped-masked':
      return { kind, ...base, groups, expectedM };
    case 'k-grouped':
      return { kind, ...base, groups, storage };
  }
}
