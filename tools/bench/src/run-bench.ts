import { DgError } from '@dg/jit';
import type { BenchContext } from './bench-context.js';
import type { BenchPlan } from './bench-plan.js';
import { caseName } from './gemms/gemm-case.js';
import { variantName } from './launch-variant.js';
import { measureCopy } from './measure/measure-copy.js';
import { firstCallShape, firstCalls, measureFirstCalls } from './measure/measure-first-calls.js';
import { measureGemm } from './measure/measure-gemm.js';
import { hostCallCases, measureHostCall } from './measure/measure-host-call.js';
import { emptyLaunches, emptyLaunchName, measureHostLaunch } from './measure/measure-host-launch.js';
import { measureMemory } from './measure/measure-memory.js';
import type { CopyRow, ResultRow } from './result-row.js';

/** One measurement. */
export interface BenchStep {
  /** What its time is counted under. */
  readonly op: string;
  readonly name: string;
  readonly measure: () => Promise<readonly ResultRow[]>;
}

export interface BenchObserver {
  row(row: ResultRow): void;
  failure(step: BenchStep, error: DgError): void;
}

/** The measurements of a plan, in order. */
export function benchSteps(context: BenchContext, { parts, gemms, memory }: BenchPlan): BenchStep[] {
  const copyOnce = onceSucceeded(() => measureCopy(context));
  const steps: BenchStep[] = [];
  if (parts.includes('copy') || memory.length > 0) {
    steps.push({ op: 'copy', name: 'copy', measure: async () => [await copyOnce()] });
  }
  for (const gemm of gemms) {
    steps.push({
      op: gemm.op,
      name: caseName(gemm),
      measure: async () => [await measureGemm(context, gemm)],
    });
  }
  for (const memoryCase of memory) {
    const { op, shape } = memoryCase;
    const measure = async () => [await measureMemory(context, memoryCase, (await copyOnce()).gbs)];
    steps.push({ op, name: `${op} ${shape.join('x')}`, measure });
  }
  if (parts.includes('host_call')) steps.push(...hostCallSteps(context), ...hostLaunchSteps(context));
  if (parts.includes('first_call')) steps.push(...firstCallSteps(context));
  return steps;
}

function hostCallSteps(context: BenchContext): BenchStep[] {
  const options = variantName(context.variant);
  return hostCallCases.map((gemm) => ({
    op: 'host_call',
    name: `host_call ${caseName(gemm)}`,
    measure: async () => {
      const us = await measureHostCall(context, gemm);
      const { op: call, shape } = gemm;
      const common = { op: 'host_call', call, shape, us } as const;
      return [{ ...common, ...(options === '' ? {} : { options }), ...context.identity }];
    },
  }));
}

/** What of a warm call is the driver's. */
function hostLaunchSteps({ device, identity }: BenchContext): BenchStep[] {
  return emptyLaunches.map((launch) => ({
    op: 'host_call',
    name: `host_launch ${emptyLaunchName(launch)}`,
    measure: async () => {
      const us = await measureHostLaunch(device, launch);
      return [{ op: 'host_launch', call: emptyLaunchName(launch), shape: [], us, ...identity }];
    },
  }));
}

function firstCallSteps({ device, identity }: BenchContext): BenchStep[] {
  return firstCalls.map((call) => ({
    op: 'first_call',
    name: `first_call ${call}`,
    measure: async () => {
      const { cold, cached } = await measureFirstCalls(device.name, call);
      const common = { call, shape: firstCallShape, ...identity };
      return [
        { op: 'first_call_cold', us: cold, ...common },
        { op: 'first_call_cached', us: cached, ...common },
      ];
    },
  }));
}

/** The copy is measured once, and again only where that failed. */
function onceSucceeded(measure: () => Promise<CopyRow>): () => Promise<CopyRow> {
  let known: CopyRow | undefined;
  return async () => {
    known ??= await measure();
    return known;
  };
}

/** What became of a run. */
export interface BenchOutcome {
  /** True when no step failed. */
  readonly succeeded: boolean;
  /** Where the time went, set-up included. */
  readonly secondsOf: ReadonlyMap<string, number>;
}

/**
 * Runs the steps one after the other. A step that fails is reported and the others still run, so that one wrong
 * result does not cost the time of the machine again.
 */
export async function runSteps(steps: readonly BenchStep[], observer: BenchObserver): Promise<BenchOutcome> {
  const secondsOf = new Map<string, number>();
  let succeeded = true;
  for (const step of steps) {
    const start = performance.now();
    try {
      for (const row of await step.measure()) observer.row(row);
    } catch (error) {
      if (!DgError.isInstance(error)) throw error;
      succeeded = false;
      observer.failure(step, error);
    }
    const seconds = (performance.now() - start) / 1000;
    secondsOf.set(step.op, (secondsOf.get(step.op) ?? 0) + seconds);
  }
  return { succeeded, secondsOf };
}
