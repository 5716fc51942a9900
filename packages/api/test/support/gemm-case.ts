import type { SeededRandom } from '@dg/testing';
import type { OperandType } from './number-formats.js';

/**
 * - `normal`: as a cast makes them. `all codes`: every finite one of e4m3.
 * - `integers`: small, with powers of two as scales: every sum is exact.
 * - `zeros`: of both signs. `huge`, `tiny`: far from 1, well inside float32.
 * - `nan in a`, `nan in b`: one NaN. `special`: NaN, infinities, zeros and subnormals here and there.
 * - `overflow`: every product is past the largest float32.
 */
export type DataKind =
  | 'normal'
  | 'all codes'
  | 'integers'
  | 'zeros'
  | 'huge'
  | 'tiny'
  | 'nan in a'
  | 'nan in b'
  | 'special'
  | 'overflow';
export type Accumulation = 'none' | 'c' | 'in place';
export type ScaleLayout = 'mn-major aligned' | 'row-major' | 'row-major with gaps' | 'column-major tight';

/** One GEMM to test, without its numbers. Pitches in elements. */
export interface GemmCase {
  readonly operandType: OperandType;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly pitchA: number;
  readonly pitchB: number;
  readonly pitchC: number;
  readonly pitchD: number;
  /** Bytes in front of D in its buffer; no multiple of 16 misaligns D. */
  readonly guardBytes: number;
  readonly outputType: 'float32' | 'bfloat16';
  readonly accumulation: Accumulation;
  readonly data: DataKind;
  /** FP8 only. */
  readonly scaleLayoutA: ScaleLayout;
  readonly scaleLayoutB: ScaleLayout;
  /** NT with K-major operands and recipe [1, 128, 128] when left out. */
  readonly variant?: DenseVariant;
}

/** Where D lies, for a grouped GEMM. */
export interface OutputLayout {
  readonly pitchD: number;
  /** As of `GemmCase`. */
  readonly guardBytes: number;
  /** Elements between the matrices of two groups. */
  readonly groupGap: number;
}

/** How a dense GEMM is given, besides its sizes. */
export interface DenseVariant {
  readonly entry: 'nt' | 'nn' | 'tn' | 'tt';
  /** The contiguous dimensions; pitches are those of the lines along them. */
  readonly majorA: 'k' | 'mn';
  readonly majorB: 'k' | 'mn';
  /** FP8 only: rows of B that share a scale. */
  readonly scaleRowsB: 1 | 128;
  /** Whether the recipe is given as an option, or found from the scales' shape. */
  readonly recipeGiven: boolean;
}

const rowAlignmentBytes = 16;

/** A case with the given fields; the others are drawn. */
export function completeCase(
  random: SeededRandom,
  given: Partial<GemmCase> & Pick<GemmCase, 'operandType' | 'm' | 'n' | 'k'>,
): GemmCase {
  const { operandType, m, n, k } = given;
  const outputType = random.pick(['float32', 'bfloat16'] as const);
  const drawn: GemmCase = {
    operandType,
    m,
    n,
    k,
    pitchA: drawInputPitch(random, operandType, k),
    pitchB: drawInputPitch(random, operandType, k),
    pitchC: n + random.pick([0, 0, 1, 8, 13]),
    pitchD: n + random.pick([0, 0, 0, 1, 5, 8, 16]),
    guardBytes: random.pick([256, 256, 256, 16, 4, 8]),
    outputType,
    accumulation: random.pick(['none', 'none', 'c', 'in place'] as const),
    data: random.pick(dataKinds(operandType)),
    scaleLayoutA: random.pick([
      'mn-major aligned',
      'mn-major aligned',
      'row-major',
      'column-major tight',
    ] as const),
    scaleLayoutB: random.pick(['row-major', 'column-major tight'] as const),
  };
  return { ...drawn, ...given };
}

/** Every kind that an operand type has, normal numbers twice. */
export function dataKinds(operandType: OperandType): DataKind[] {
  const shared: DataKind[] = [
    'normal',
    'normal',
    'integers',
    'zeros',
    'huge',
    'tiny',
    'nan in a',
    'nan in b',
    'special',
    'overflow',
  ];
  return operandType === 'float8_e4m3fn' ? [...shared, 'all codes'] : shared;
}

export function describeCase(gemm: GemmCase): string {
  const { m, n, k, pitchA, pitchB, pitchD, guardBytes, outputType, accumulation, data } = gemm;
  const scales =
    gemm.operandType === 'float8_e4m3fn' ? `, scales ${gemm.scaleLayoutA} x ${gemm.scaleLayoutB}` : '';
  const variant = gemm.variant === undefined ? '' : `, ${JSON.stringify(gemm.variant)}`;
  return (
    `${m} x ${n} x ${k}, pitches ${pitchA} ${pitchB} ${pitchD}, ${outputType} at ${guardBytes}, ` +
    `c ${accumulation}, ${data}${scales}${variant}`
  );
}

/** What a case of one group has of the layout of D. */
export function outputOf(layout: OutputLayout | undefined): Partial<GemmCase> {
  return layout === undefined ? {} : { pitchD: layout.pitchD, guardBytes: layout.guardBytes };
}

/** A pitch of lines of so many elements, a multiple of 16 bytes. */
export function drawInputPitch(random: SeededRandom, operandType: OperandType, k: number): number {
  const multiple = operandType === 'bfloat16' ? rowAlignmentBytes / 2 : rowAlignmentBytes;
  return (Math.ceil(k / multiple) + random.pick([0, 0, 1, 3])) * multiple;
}
