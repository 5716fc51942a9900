import { ceilDiv } from '@dg/runtime';
import table from '../../data/group-sizes.json' with { type: 'json' };

/** Which groups: `n` tells draws of the same groups and mean apart. */
export interface GroupDraw {
  readonly groups: number;
  /** Rows, or K, of a group in the mean. */
  readonly mean: number;
  readonly n: number;
}

const kMultiple = 128;
const [lowest, highest] = [0.7, 1.3] as const;
/** Multiples of it spread evenly over 0 to 1, however many there are. */
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/** Rows of each group of an M-grouped contiguous product. */
export function contiguousSizes(draw: GroupDraw): readonly number[] {
  return tabled(table.m_grouped_contiguous, draw) ?? spreadSizes(draw);
}

/** Rows of each group of an M-grouped masked product. */
export function maskedSizes(draw: GroupDraw): readonly number[] {
  return tabled(table.m_grouped_masked, draw) ?? spreadSizes(draw);
}

/** K of each group of a K-grouped product: multiples of 128. */
export function kGroupSizes(draw: GroupDraw): readonly number[] {
  return (
    tabled(table.k_grouped, draw) ?? spreadSizes(draw).map((size) => ceilDiv(size, kMultiple) * kMultiple)
  );
}

/** What the peers were timed with. */
function tabled(
  draws: typeof table.k_grouped,
  { groups, mean, n }: GroupDraw,
): readonly number[] | undefined {
  return draws.find((draw) => draw.groups === groups && draw.mean === mean && draw.n === n)?.sizes;
}

/** For shapes that no table has: sizes from 0.7 to 1.3 times the mean. */
function spreadSizes({ groups, mean }: GroupDraw): number[] {
  return Array.from({ length: groups }, (_, group) => {
    const fraction = ((group + 1) * goldenRatio) % 1;
    return Math.floor(mean * (lowest + (highest - lowest) * fraction));
  });
}
