import type { SeededRandom } from '@dg/testing';
import type { OperandType } from './number-formats.js';

export type DataKind =
  | 'normal'
  | 'all codes'
  | 'integers'
  | 'zeros'
  | 'huge'
  | 'tiny'
  | 'nan in a'
  | 'nan in b';
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

const edgesM = [1, 2, 7, 8, 16, 33, 63, 64, 65, 127, 128, 129, 136, 192, 257];
const edgesN = [1, 3, 8, 15, 16, 24, 33, 63, 64, 72, 100, 112, 127, 128, 129, 136, 160, 250, 256, 264];
const edgesK = [1, 5, 16, 31, 32, 48, 64, 96, 100, 127, 128, 129, 136, 192, 256, 300, 384, 512, 640];

/** The most multiplications of one case, so that the float64 oracle keeps up. */
const largestProduct = 6e6;

const rowAlignmentBytes = 16;

/** Draws shape, layout and kind of data. */
export function drawCase(random: SeededRandom, operandType: OperandType): GemmCase {
  const [m, n, k] = drawShape(random);
  return completeCase(random, { operandType, m, n, k });
}

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

function drawShape(random: SeededRandom): [m: number, n: number, k: number] {
  for (;;) {
    const m = random.chance(0.02) ? 0 : random.chance(0.7) ? random.pick(edgesM) : random.integer(1, 300);
    const n = random.chance(0.02) ? 0 : random.chance(0.7) ? random.pick(edgesN) : random.integer(1, 400);
    const k = random.chance(0.03) ? 0 : random.chance(0.7) ? random.pick(edgesK) : random.integer(1, 900);
    if (m * n * k <= largestProduct) return [m, n, k];
  }
}

/** A pitch of lines of so many elements, a multiple of 16 bytes. */
export function drawInputPitch(random: SeededRandom, operandType: OperandType, k: number): number {
  const multiple = operandType === 'bfloat16' ? rowAlignmentBytes / 2 : rowAlignmentBytes;
  return (Math.ceil(k / multiple) + random.pick([0, 0, 1, 3])) * multiple;
}
