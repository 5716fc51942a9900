import type { CaseSizes, SeededRandom } from '@dg/testing';

/** Around the edges of fragments, tiles, scale blocks and 16 bytes. */
export const edges = {
  m: [1, 2, 7, 8, 16, 33, 63, 64, 65, 127, 128, 129, 136, 192, 257],
  n: [1, 3, 8, 15, 16, 24, 33, 63, 64, 72, 100, 112, 127, 128, 129, 136, 160, 250, 256, 264],
  k: [1, 5, 16, 31, 32, 48, 64, 96, 100, 127, 128, 129, 136, 192, 256, 300, 384, 512, 640],
} as const;

/** An edge in most cases, else anything from 1 to `largest`. */
export function drawSize(random: SeededRandom, dimension: keyof typeof edges, largest: number): number {
  return random.chance(0.7)
    ? random.pick(edges[dimension].filter((size) => size <= largest))
    : random.integer(1, largest);
}

/** The most that one case may hold, so that the oracle, and the simulator, keep up. */
export interface CaseLimits {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Multiplications. */
  readonly products: number;
  /** Elements of any one operand, in all groups. */
  readonly elements: number;
  readonly groups: number;
}

const limits: Readonly<Record<CaseSizes, CaseLimits>> = {
  small: { m: 70, n: 48, k: 200, products: 2e5, elements: 4e4, groups: 4 },
  full: { m: 300, n: 400, k: 900, products: 6e6, elements: 5e5, groups: 256 },
};

/** Several tiles in each dimension, or deep loops: now and then. */
const largeLimits: CaseLimits = { ...limits.full, m: 1500, n: 1500, k: 4096, products: 4e7 };
const largeShare = 0.04;

export function drawLimits(random: SeededRandom, sizes: CaseSizes): CaseLimits {
  return sizes === 'full' && random.chance(largeShare) ? largeLimits : limits[sizes];
}

/** Small counts, in the middle, and the most that there may be. */
export function drawGroupCount(random: SeededRandom, { groups }: CaseLimits): number {
  return random.pick([
    1,
    random.integer(2, Math.min(groups, 6)),
    random.integer(2, Math.min(groups, 6)),
    random.integer(2, Math.min(groups, 33)),
    random.chance(0.3) ? groups : random.integer(1, groups),
  ]);
}

/** Most cases have no empty dimension. */
export function orZero(random: SeededRandom, size: number): number {
  return random.chance(0.02) ? 0 : size;
}

export function shuffled<T>(random: SeededRandom, values: readonly T[]): T[] {
  const rest = [...values];
  return values.map(() => rest.splice(random.integer(0, rest.length - 1), 1)[0]!);
}
