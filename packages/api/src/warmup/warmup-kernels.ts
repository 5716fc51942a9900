import { setImmediate } from 'node:timers/promises';
import type { KernelSource } from '@dg/kernels';
import { type EntryPoint, entryPoints } from './entry-points.js';
import { gemmKernelSources } from './gemm-kernel-sources.js';
import { operandKernelSources } from './operand-kernel-sources.js';
import { plannedCalls } from './planned-calls.js';
import { type UtilityName, utilityKernels } from './utility-kernels.js';
import type { WarmupOperation } from './warmup-operation.js';

export interface WarmupKernelsOptions {
  readonly multiprocessorCount: number;
  readonly utilities?: readonly UtilityName[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** After so long the event loop gets its turn. A call of a new N and K takes longer than one of a new M. */
const millisecondsPerTurn = 5;

/**
 * Every kernel that a call of these operations can choose, each once: the choice itself is made for every single call.
 *
 * @throws DgValidationError (as a rejection) for a field that cannot be; the reason of `signal`.
 */
export async function warmupKernels(
  operations: readonly WarmupOperation[],
  { multiprocessorCount, utilities = [], signal }: WarmupKernelsOptions,
): Promise<KernelSource[]> {
  const byCode = new Map<string, KernelSource>();
  const add = (sources: readonly KernelSource[]) => {
    for (const source of sources) if (!byCode.has(source.code)) byCode.set(source.code, source);
  };
  // All of them before the first is enumerated, so that a mistake in the last one does not wait for the others.
  const calls = operations.map((operation) => plannedCalls(operation, multiprocessorCount));
  let turn = performance.now();
  for (const [index, operation] of operations.entries()) {
    const entry: EntryPoint = entryPoints[operation.operation];
    for (const { problem, device } of calls[index]!) {
      add(gemmKernelSources(problem, device));
      if (performance.now() - turn < millisecondsPerTurn) continue;
      await setImmediate();
      signal?.throwIfAborted();
      turn = performance.now();
    }
    add(operandKernelSources(entry, operation.layout ?? 'contiguous'));
  }
  for (const name of utilities) add(utilityKernels[name]());
  return [...byCode.values()];
}
