import { type GemmOperation, operandTypeOf } from '../gemms/gemm-operation.js';
import { machineFactor } from './machine-factor.js';
import { type PeerFigures, peerFigures } from './peer-table.js';
import type { YardstickLookup, Yardsticks } from './yardsticks.js';

/** Ratios are peer time over ours: above 1 where ours is faster. */
export interface Comparison {
  readonly yardsticks: Yardsticks;
  readonly ratios: {
    readonly cublaslt?: number;
    readonly tensorwise?: number;
    readonly torch_grouped?: number;
  };
  /** DeepGEMM's time in the table of another run. */
  readonly dg_table_us?: number;
  /** Against DeepGEMM, by way of something that ran both then and now. */
  readonly ratio_deepgemm?: number;
  /** What that was: the same row of a yardstick, or the mean over its large rows. */
  readonly ratio_by?: keyof Yardsticks | 'machine_factor';
}

/** The yardstick of an operation, in the order of preference. FP8: that with block scales has gaps. */
const yardstickOf: Partial<Record<GemmOperation, keyof Yardsticks>> = {
  fp8_nt_1d2d: 'tensorwise_us',
  bf16_nt: 'cublaslt_us',
  m_grouped_bf16_contiguous: 'torch_grouped_us',
};

/**
 * Times of different runs are only compared by way of something that ran in both: (yardstick now / ours now) ×
 * (DeepGEMM in the table / yardstick in the table). Where no yardstick of the same product ran, by the machine factor.
 */
export function compareWithPeers(
  operation: GemmOperation,
  shape: readonly number[],
  microseconds: number,
  lookup: YardstickLookup,
): Comparison {
  const yardsticks = lookup(operation, shape);
  const figures = peerFigures(operation, shape);
  const slower = slowness(operation, figures, yardsticks, lookup);
  return {
    yardsticks,
    ratios: {
      ...ratiosNow(yardsticks, microseconds),
      ...torchByTable(figures, yardsticks, slower, microseconds),
    },
    ...(figures === undefined ? {} : { dg_table_us: figures.deepgemm_us }),
    ...(figures === undefined || slower === undefined
      ? {}
      : { ratio_deepgemm: (slower.factor * figures.deepgemm_us) / microseconds, ratio_by: slower.by }),
  };
}

interface Slowness {
  /** How much longer things take here and now than in the table. */
  readonly factor: number;
  readonly by: keyof Yardsticks | 'machine_factor';
}

function slowness(
  operation: GemmOperation,
  figures: PeerFigures | undefined,
  yardsticks: Yardsticks,
  lookup: YardstickLookup,
): Slowness | undefined {
  const field = yardstickOf[operation];
  if (field !== undefined) {
    const [now, then] = [yardsticks[field], figures?.[field]];
    if (now !== undefined && then !== undefined) return { factor: now / then, by: field };
  }
  // A dense product is compared with its own row or not at all.
  if (operation === 'fp8_nt_1d2d' || operation === 'bf16_nt') return undefined;
  const factor = machineFactor(operandTypeOf(operation), lookup);
  return factor === undefined ? undefined : { factor, by: 'machine_factor' };
}

function ratiosNow(
  { cublaslt_us, tensorwise_us, torch_grouped_us }: Yardsticks,
  microseconds: number,
): Comparison['ratios'] {
  return {
    ...(cublaslt_us === undefined ? {} : { cublaslt: cublaslt_us / microseconds }),
    ...(tensorwise_us === undefined ? {} : { tensorwise: tensorwise_us / microseconds }),
    ...(torch_grouped_us === undefined ? {} : { torch_grouped: torch_grouped_us / microseconds }),
  };
}

/** PyTorch's grouped product, from the table where it did not run. */
function torchByTable(
  figures: PeerFigures | undefined,
  yardsticks: Yardsticks,
  slower: Slowness | undefined,
  microseconds: number,
): Comparison['ratios'] {
  if (yardsticks.torch_grouped_us !== undefined || figures?.torch_grouped_us === undefined || !slower)
    return {};
  return { torch_grouped: (slower.factor * figures.torch_grouped_us) / microseconds };
}
