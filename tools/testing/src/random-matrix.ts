import type { SeededRandom } from './seeded-random.js';

/**
 * - `normal`: standard normal. `uniform`: [-1, 1).
 * - `integers`: -8 to 8, exact in every format.
 * - `wide`: signs and magnitudes spread evenly over most of float32's exponents.
 * - `huge`, `tiny`: near the largest floats, near the smallest normal ones and below.
 * - `zeros`: +0 and -0.
 * - `special`: normal with NaN, infinities, zeros, subnormals and extremes mixed in.
 */
export const matrixDistributions = [
  'normal',
  'uniform',
  'integers',
  'wide',
  'huge',
  'tiny',
  'zeros',
  'special',
] as const;

export type MatrixDistribution = (typeof matrixDistributions)[number];

const largestFloat = 3.4028234663852886e38;
const smallestSubnormal = 2 ** -149;
const specialValues = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  largestFloat,
  -largestFloat,
  smallestSubnormal,
  -smallestSubnormal,
  2 ** -126,
];
const specialShare = 0.02;

/** A row-major [rows, columns] matrix of float32. */
export function randomMatrix(
  random: SeededRandom,
  rows: number,
  columns: number,
  distribution: MatrixDistribution,
): Float32Array {
  const draw = drawer(random, distribution);
  return Float32Array.from({ length: rows * columns }, draw);
}

function drawer(random: SeededRandom, distribution: MatrixDistribution): () => number {
  const sign = () => (random.chance(0.5) ? 1 : -1);
  switch (distribution) {
    case 'normal':
      return () => random.normal();
    case 'uniform':
      return () => random.uniform(-1, 1);
    case 'integers':
      return () => random.integer(-8, 8);
    case 'wide':
      return () => sign() * 2 ** random.uniform(-100, 100);
    case 'huge':
      return () => sign() * random.uniform(0.5, 1) * largestFloat;
    case 'tiny':
      return () => sign() * 2 ** random.uniform(-149, -110);
    case 'zeros':
      return () => sign() * 0;
    case 'special':
      return () => (random.chance(specialShare) ? random.pick(specialValues) : random.normal());
  }
}
