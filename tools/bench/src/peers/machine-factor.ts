import type { GemmOperation } from '../gemms/gemm-operation.js';
import { geometricMean } from '../statistics/geometric-mean.js';
import { peerTable } from './peer-table.js';
import type { YardstickLookup } from './yardsticks.js';

const rowsOfLargeShapes = 4096;
const yardstickOf = {
  fp8: ['fp8_nt_1d2d', 'tensorwise_us'],
  bf16: ['bf16_nt', 'cublaslt_us'],
} as const satisfies Record<string, readonly [GemmOperation, string]>;

/**
 * How much longer this card takes today than the card of the table did: the geometric mean of now / then over the dense
 * yardstick's rows of M = 4096. For operations that have no yardstick of their own. Undefined when no such row ran.
 */
export function machineFactor(type: 'fp8' | 'bf16', yardsticks: YardstickLookup): number | undefined {
  const [operation, field] = yardstickOf[type];
  const ratios = peerTable[operation]
    .filter(({ shape }) => shape[0] === rowsOfLargeShapes)
    .flatMap((figures) => {
      const now = yardsticks(operation, figures.shape)[field];
      const then = figures[field];
      return now === undefined || then === undefined ? [] : [now / then];
    });
  return ratios.length === 0 ? undefined : geometricMean(ratios);
}
