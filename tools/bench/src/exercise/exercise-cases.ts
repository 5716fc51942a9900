import type { DeviceProperties } from '@dg/runtime';
import { chosenConfig } from '../chosen-config.js';
import { type GemmOperation, gemmFlop, gemmOperations } from '../gemm-operation.js';
import type { GemmShape } from '../gemm-shape.js';
import type { GemmSetOutput } from '../inputs/gemm-set.js';

/** One small product that makes the library run one kind of kernel. */
export interface ExerciseCase {
  readonly operation: GemmOperation;
  readonly shape: GemmShape;
  readonly output: GemmSetOutput;
}

/** What tells kernels apart for a sanitizer: how many warpgroups, which cluster, which way out. */
const kindOf = (operation: GemmOperation, shape: GemmShape, properties: Properties) => {
  const config = chosenConfig(operation, shape, properties, { ...plain, tmaStorable: shape.n % 8 === 0 });
  const { blockM, mathWarpgroups, clusterM, clusterN, store } = config;
  return `${operation} m${blockM} w${mathWarpgroups} c${clusterM}x${clusterN} ${store}`;
};

type Properties = Pick<DeviceProperties, 'multiprocessorCount'>;

const plain: GemmSetOutput = { outputType: 'bfloat16', accumulate: false };
const rows = [1, 70, 130, 200, 260, 390, 520, 780, 1030, 1100, 1540, 2060, 2100, 3000, 4100];
/** Multiples of 8 are stored by TMA; the others element by element. */
const columns = [24, 200, 520, 1032, 2056, 4104, 8200, 25, 201, 521, 1033, 2057, 4105, 8201];
const depths = [208, 528, 1040, 2064];
const largestFlop = 10e9;

/**
 * The cheapest shapes that between them make the library choose every kind of kernel that such shapes can, then
 * tails with a float32 D and with C.
 */
export function exerciseCases(properties: Properties): ExerciseCase[] {
  return [...casesOfEachKind(properties).values(), ...outputCases()];
}

/** By the kind of kernel. */
export function casesOfEachKind(properties: Properties): ReadonlyMap<string, ExerciseCase> {
  const cheapest = new Map<string, ExerciseCase>();
  const shapes = rows.flatMap((m) => columns.flatMap((n) => depths.map((k) => ({ m, n, k }))));
  const small = shapes.filter((shape) => gemmFlop(shape) <= largestFlop);
  for (const shape of small.sort((x, y) => gemmFlop(x) - gemmFlop(y))) {
    for (const operation of gemmOperations) {
      const kind = kindOf(operation, shape, properties);
      if (!cheapest.has(kind)) cheapest.set(kind, { operation, shape, output: plain });
    }
  }
  return cheapest;
}

function outputCases(): ExerciseCase[] {
  const tails: readonly GemmShape[] = [
    { m: 70, n: 200, k: 208 },
    { m: 133, n: 201, k: 208 },
  ];
  const outputs: readonly GemmSetOutput[] = [
    { outputType: 'float32', accumulate: false },
    { outputType: 'float32', accumulate: true },
    { outputType: 'bfloat16', accumulate: true },
  ];
  return gemmOperations.flatMap((operation) =>
    tails.flatMap((shape) => outputs.map((output) => ({ operation, shape, output }))),
  );
}
