import { setImmediate } from 'node:timers/promises';
import { type KernelDevice, reject } from '@dg/runtime';
import type { SelectionDevice } from '../config/selection-device.js';
import { type GemmProblem, groupsOf } from '../problem/gemm-problem.js';
import { scaleBlockK } from '../problem/recipe.js';
import { getMkAlignmentForContiguousLayout } from '../settings/mk-alignment.js';
import { getNumSms } from '../settings/num-sms.js';
import { getTcUtil } from '../settings/tc-util.js';
import { requireDimensions } from '../validation/require-dimensions.js';
import { entryPoints } from '../warmup/entry-points.js';
import { plannedCalls } from '../warmup/planned-calls.js';
import type { WarmupOperation } from '../warmup/warmup-operation.js';
import { tunedKey, tunedProblem } from './tuned-problem.js';

/** One measurement. */
export interface TuningProduct {
  readonly operation: WarmupOperation['operation'];
  /** With the most rows that it holds for. */
  readonly problem: GemmProblem;
  readonly device: SelectionDevice;
  readonly key: string;
}

/** Calls that are looked at before the event loop gets its turn: some milliseconds. */
const callsPerTurn = 200;

/**
 * Each measurement that the operations need, once. What an operation leaves out is as it is set for the device.
 *
 * @throws DgValidationError for an operation that cannot be; the reason of `signal`.
 */
export async function tuningProducts(
  operations: readonly WarmupOperation[],
  device: KernelDevice,
  signal: AbortSignal | undefined,
): Promise<readonly TuningProduct[]> {
  const { model, multiprocessorCount } = device.properties;
  // All of them before the first is enumerated, so that a mistake in the last one does not wait for the others.
  const planned = operations.map((operation) => ({
    operation,
    calls: plannedCalls(withSettings(operation, device), multiprocessorCount),
  }));
  const products = new Map<string, TuningProduct>();
  let count = 0;
  for (const {
    operation: { operation },
    calls,
  } of planned) {
    for (const call of calls) {
      if (++count % callsPerTurn === 0) {
        await setImmediate();
        signal?.throwIfAborted();
      }
      requireMeasurable(call.problem);
      const problem = tunedProblem(call.problem);
      const key = tunedKey(problem, { ...call.device, model });
      if (!products.has(key)) products.set(key, { operation, problem, device: call.device, key });
    }
  }
  return [...products.values()];
}

function withSettings(operation: WarmupOperation, device: KernelDevice): WarmupOperation {
  // What is no operation is refused where all are.
  if (typeof operation !== 'object' || operation === null) return operation;
  const isContiguous = entryPoints[operation.operation]?.kind === 'm-grouped-contiguous';
  return {
    numSms: getNumSms(device),
    tcUtil: getTcUtil(device),
    ...(isContiguous ? { mkAlignment: getMkAlignmentForContiguousLayout(device) } : {}),
    ...operation,
  };
}

/** What a call would refuse, or count as nothing. */
function requireMeasurable(problem: GemmProblem): void {
  const { kind, m, n, k } = problem;
  requireDimensions('autotune', m, n, k, groupsOf(problem));
  if (kind === 'k-grouped' && k % scaleBlockK !== 0) {
    reject('autotune', `k of a K-grouped product to be a multiple of ${scaleBlockK}`, String(k));
  }
}
