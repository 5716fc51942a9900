import { type CaseSizes, type MatrixDistribution, matrixDistributions, type SeededRandom } from '@dg/testing';
import {
  perBlockCastToFp8,
  perChannelCastToFp8,
  perTokenCastToFp8,
  type ScaleLayout,
} from '../../src/index.js';

export const casts = {
  token: { cast: perTokenCastToFp8, mnDimension: 0, defaultLayout: 'mn-major-tma-aligned' },
  channel: { cast: perChannelCastToFp8, mnDimension: 1, defaultLayout: 'mn-major-tma-aligned' },
  block: { cast: perBlockCastToFp8, mnDimension: 0, defaultLayout: 'row-major' },
} as const;

export type CastKind = keyof typeof casts;

export interface CastCase {
  readonly kind: CastKind;
  /** undefined: a matrix. */
  readonly batches: number | undefined;
  readonly rows: number;
  readonly columns: number;
  readonly dtype: 'bfloat16' | 'float32';
  readonly granularity: 32 | 128;
  readonly ue8m0: boolean;
  /** Only with ue8m0. */
  readonly packed: boolean;
  readonly distribution: MatrixDistribution;
  /** Elements added to the length of a row. */
  readonly gap: number;
  /** In front of x, and of out. 4 and 20 misalign. */
  readonly guardBytes: number;
  /** undefined: the cast's own. `out`: given tensors, described by outGap. */
  readonly output: ScaleLayout | 'out' | undefined;
  readonly outGap: number;
}

const landmarkSizes = [0, 1, 2, 8, 15, 16, 17, 31, 32, 33, 96, 127, 128, 129, 136, 160, 255, 256, 257];
const largestDrawnSize = { small: 170, full: 400 } as const;
const largestBatchedSize = 140;

export function drawCastCase(random: SeededRandom, kind: CastKind, sizes: CaseSizes): CastCase {
  const batches = random.pick([undefined, undefined, undefined, 0, 1, 2, 3]);
  const largest = batches === undefined ? largestDrawnSize[sizes] : largestBatchedSize;
  const landmarks = landmarkSizes.filter((size) => size <= largest);
  const size = () => (random.chance(0.5) ? random.pick(landmarks) : random.integer(1, largest));
  const ue8m0 = random.chance(0.6);
  const packed = ue8m0 && random.chance(0.5);
  return {
    kind,
    batches,
    rows: size(),
    columns: size(),
    dtype: random.pick(['bfloat16', 'float32']),
    granularity: random.pick([32, 128]),
    ue8m0,
    packed,
    distribution: random.pick(matrixDistributions),
    gap: random.pick([0, 0, 1, 7, 8, 16]),
    guardBytes: random.pick([256, 256, 16, 4, 20]),
    output: random.pick([undefined, packed ? 'out' : 'row-major', 'mn-major-tma-aligned', 'out', 'out']),
    outGap: random.pick([0, 1, 5, 16]),
  };
}

/** Shapes that random draws could miss: each is a trap of its own. */
export function landmarkCastCases(): CastCase[] {
  const shapes = [
    [0, 128],
    [128, 0],
    [1, 1],
    [1, 4096],
    [4096, 1],
    [128, 128],
    [129, 129],
    [1000, 520],
  ] as const;
  const kinds = ['token', 'channel', 'block'] as const;
  return kinds.flatMap((kind, k) =>
    shapes.map(([rows, columns], s) => ({
      kind,
      batches: s === 5 ? 2 : undefined,
      rows,
      columns,
      dtype: (k + s) % 2 === 0 ? 'bfloat16' : 'float32',
      granularity: s % 3 === 0 ? 32 : 128,
      ue8m0: s % 2 === 1,
      packed: s % 4 === 3,
      distribution: 'special',
      gap: 0,
      guardBytes: 256,
      output: undefined,
      outGap: 0,
    })),
  );
}

/** Every kind of cast, by every granularity, kind of scales and input type, of a matrix and of a batch. */
export function everyKindOfCast(): CastCase[] {
  const scales = [
    { ue8m0: false, packed: false },
    { ue8m0: true, packed: false },
    { ue8m0: true, packed: true },
  ];
  return (['token', 'channel', 'block'] as const).flatMap((kind) =>
    ([128, 32] as const).flatMap((granularity) =>
      scales.flatMap((scale) =>
        (['bfloat16', 'float32'] as const).flatMap((dtype) =>
          [undefined, 3].map((batches) => ({
            kind,
            batches,
            // Not a multiple of anything in a matrix; rows that start aligned in a batch.
            rows: batches === undefined ? 135 : 70,
            columns: batches === undefined ? 201 : 144,
            dtype,
            granularity,
            ...scale,
            distribution: 'normal' as const,
            gap: 0,
            guardBytes: 256,
            output: undefined,
            outGap: 0,
          })),
        ),
      ),
    ),
  );
}

export function castGroup({ kind, granularity }: CastCase): readonly [rows: number, columns: number] {
  if (kind === 'token') return [1, granularity];
  return kind === 'channel' ? [granularity, 1] : [granularity, granularity];
}
