import { DgError } from '@dg/jit';
import type { KernelDevice } from '@dg/runtime';
import type { BenchPlan } from './bench-plan.js';
import { gemmOperations } from './gemm-operation.js';
import { shapeName } from './gemm-shape.js';
import { castShapes, measureCast } from './measure/measure-cast.js';
import { measureFirstCalls } from './measure/measure-first-calls.js';
import { measureGemm } from './measure/measure-gemm.js';
import { hostCallShape, measureHostCall } from './measure/measure-host-call.js';
import type { CastOperation, ResultRow } from './result-row.js';
import type { RunIdentity } from './run-identity.js';
import type { YardstickLookup } from './yardsticks.js';

/** One measurement. */
export interface BenchStep {
  readonly name: string;
  readonly measure: () => Promise<readonly ResultRow[]>;
}

export interface BenchObserver {
  row(row: ResultRow): void;
  failure(step: BenchStep, error: DgError): void;
}

const castOperations: readonly CastOperation[] = ['cast_per_token', 'cast_per_block'];
const hostShape = [hostCallShape.m, hostCallShape.n, hostCallShape.k] as const;

/** The measurements of a plan, in order. */
export function benchSteps(
  device: KernelDevice,
  { parts, shapes }: BenchPlan,
  yardsticks: YardstickLookup,
  identity: RunIdentity,
): BenchStep[] {
  const gemms = gemmOperations
    .filter((op) => parts.includes(op))
    .flatMap((op) =>
      shapes.map((shape) => ({
        name: `${op} ${shapeName(shape)}`,
        measure: async () => [await measureGemm(device, op, shape, yardsticks(op, shape), identity)],
      })),
    );
  const casts = castOperations.flatMap((op) =>
    castShapes.map((shape) => ({
      name: `${op} ${shape.join('x')}`,
      measure: async () => [await measureCast(device, op, shape, identity)],
    })),
  );
  const hostCalls = gemmOperations.map((call) => ({
    name: `host_call ${call}`,
    measure: async () => {
      const us = await measureHostCall(device, call);
      return [{ op: 'host_call' as const, call, shape: hostShape, us, ...identity }];
    },
  }));
  const firstCalls = gemmOperations.map((call) => ({
    name: `first_call ${call}`,
    measure: async () => {
      const { cold, cached } = await measureFirstCalls(device.name, call);
      return [
        { op: 'first_call_cold' as const, call, shape: hostShape, us: cold, ...identity },
        { op: 'first_call_cached' as const, call, shape: hostShape, us: cached, ...identity },
      ];
    },
  }));
  return [
    ...gemms,
    ...(parts.includes('casts') ? casts : []),
    ...(parts.includes('host_call') ? hostCalls : []),
    ...(parts.includes('first_call') ? firstCalls : []),
  ];
}

/**
 * Runs the steps one after the other. A step that fails is reported and the others still run, so that one wrong
 * result does not cost the time of the machine again.
 *
 * @returns true when no step failed.
 */
export async function runSteps(steps: readonly BenchStep[], observer: BenchObserver): Promise<boolean> {
  let succeeded = true;
  for (const step of steps) {
    try {
      for (const row of await step.measure()) observer.row(row);
    } catch (error) {
      if (!DgError.isInstance(error)) throw error;
      succeeded = false;
      observer.failure(step, error);
    }
  }
  return succeeded;
}
