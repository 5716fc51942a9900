/** How a sum over one stage of K is added to the accumulators. */
export const promotions = {
  /** Not at all: the tensor cores add it up themselves. */
  none: 'what the tensor cores do by themselves',
  /** acc += sum */
  add: 'one addition for each element',
  /** acc += (row · block) · sum: scales per block of B (1D2D). */
  'per block': 'one multiply-add for each element, by a scale of its row',
  /** acc += (row · column) · sum: scales per row of B (1D1D). */
  'per column': 'a product of scales for each element, and a multiply-add',
  /** acc += row · (column · sum) */
  'columns first': 'the same product in the other order: one of the factors stays',
  /** acc += column · sum */
  'columns only': 'scales read from shared memory, one multiply-add for each element',
} as const;

export type Promotion = keyof typeof promotions;

/** What other warps of the CTA do meanwhile. */
export const noises = [
  'none',
  'multiply-add',
  'multiply',
  'integer',
  'shared loads',
  'shared stores',
  'bulk copies',
] as const;

export type Noise = (typeof noises)[number];

/** A kernel that multiplies 64 rows for each fragment, over and over, from shared memory that does not change. */
export interface PromotionVariant {
  readonly warpgroups: number;
  /** Rows of 64 that a warpgroup has one above the other. */
  readonly fragments: number;
  /** Of an instruction: a multiple of 16. */
  readonly columns: number;
  /** Sums over a stage that a warpgroup has in registers: 1 or 2. */
  readonly partialSums: number;
  readonly promotion: Promotion;
  /** Of one warpgroup more. */
  readonly noise: Noise;
}

/** Stages in shared memory, and in one pass of the loop. */
export const stagesOf = ({ fragments, columns }: PromotionVariant): number =>
  fragments > 1 || columns > 192 ? 3 : 4;

/** `2 warpgroups of 1x64x192, 1 sum, per block` */
export function promotionVariantName(variant: PromotionVariant): string {
  const { warpgroups, fragments, columns, partialSums, promotion, noise } = variant;
  const beside = noise === 'none' ? '' : `, beside ${noise}`;
  return `${warpgroups} warpgroups of ${fragments}x64x${columns}, ${partialSums} sums, ${promotion}${beside}`;
}

/** Cycles that the tensor cores of an SM need for a stage of K = 128: 4096 FP8 multiply-adds in each. */
export function tensorCycles({ warpgroups, fragments, columns }: PromotionVariant): number {
  return (warpgroups * fragments * 64 * columns * 128) / 4096;
}

export const promotionVariants: readonly PromotionVariant[] = allVariants();

function allVariants(): PromotionVariant[] {
  const plain = { fragments: 1, partialSums: 1, noise: 'none' } as const;
  const shapes = [
    { ...plain, warpgroups: 2, columns: 192 },
    { ...plain, warpgroups: 3, columns: 128 },
    { ...plain, warpgroups: 2, columns: 128, fragments: 2 },
    { ...plain, warpgroups: 2, columns: 128, partialSums: 2 },
    { ...plain, warpgroups: 1, columns: 64, partialSums: 2 },
  ];
  const promoted = Object.keys(promotions) as Promotion[];
  return [
    ...shapes.flatMap((shape) => promoted.map((promotion) => ({ ...shape, promotion }))),
    { ...plain, warpgroups: 2, columns: 256, promotion: 'none' },
    ...noises.flatMap((noise) =>
      noise === 'none'
        ? []
        : [128, 256].map((columns) => ({
            ...plain,
            warpgroups: 2,
            columns,
            promotion: 'none' as const,
            noise,
          })),
    ),
  ];
}
