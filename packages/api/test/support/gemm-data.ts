import type { SeededRandom } from '@dg/testing';
import type { GemmCase } from './gemm-case.js';
import { decodeCodes, e4m3OfExact, encodeBfloat16Values } from './number-formats.js';
import type { HostGemm } from './oracle.js';

/** The numbers of one case, as they are uploaded and as plain numbers for the oracle. */
export interface GemmData extends HostGemm {
  readonly codesA: Uint8Array | Uint16Array;
  readonly codesB: Uint8Array | Uint16Array;
  /** C in the output type's host form; undefined without C. */
  readonly codesC: Float32Array | Uint16Array | undefined;
}

const largestInteger = 4;
/** Far from 1, yet with products and their sums well inside float32. */
const hugeExponent = 45;
/** Two of them multiply past the largest float32; their product as scales does not. */
const overflowExponent = { float8_e4m3fn: 62, bfloat16: 65 };
/** NaN of both signs, both zeros, the least of both signs, ±448. */
const specialE4m3 = [0x7f, 0xff, 0x00, 0x80, 0x01, 0x81, 0x7e, 0xfe];
/** None that is large: sums beside it would lose more than the bound of NUMERICS allows where hardware truncates. */
const specialBfloat16 = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  2 ** -126,
  2 ** -133,
  -(2 ** -133),
  -(2 ** -60),
];
/** So few that most elements of D stay finite. */
const largestSpecialShare = 0.02;
const specialsPerRow = 0.3;
const specialScaleShare = 0.01;
const specialC = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0];
const nanCodes = { float8_e4m3fn: 0x7f, bfloat16: 0x7fc0 };

export function drawData(random: SeededRandom, gemm: GemmCase): GemmData {
  const { operandType, m, n, k } = gemm;
  const codesA = drawCodes(random, gemm, m * k);
  const codesB = drawCodes(random, gemm, n * k);
  placeNan(random, gemm, codesA, codesB);
  const scaled = operandType === 'float8_e4m3fn';
  const blocksOfK = Math.ceil(k / 128);
  const scaleRowsB = gemm.variant?.scaleRowsB ?? 128;
  const codesC = gemm.accumulation === 'none' ? undefined : drawC(random, gemm);
  return {
    m,
    n,
    k,
    codesA,
    codesB,
    codesC,
    a: decodeCodes(codesA),
    b: decodeCodes(codesB),
    c:
      codesC === undefined
        ? undefined
        : codesC instanceof Uint16Array
          ? decodeCodes(codesC)
          : Float64Array.from(codesC),
    scalesA: scaled ? drawScales(random, gemm, m * blocksOfK) : undefined,
    scalesB: scaled ? drawScales(random, gemm, Math.ceil(n / scaleRowsB) * blocksOfK) : undefined,
    scaleRowsB,
  };
}

function drawCodes(random: SeededRandom, gemm: GemmCase, length: number): Uint8Array | Uint16Array {
  return gemm.operandType === 'bfloat16'
    ? drawBfloat16(random, gemm, length)
    : drawE4m3(random, gemm, length);
}

function drawE4m3(random: SeededRandom, gemm: GemmCase, length: number): Uint8Array {
  switch (gemm.data) {
    case 'zeros':
      return Uint8Array.from({ length }, () => random.pick([0x00, 0x80]));
    case 'integers':
      return Uint8Array.from({ length }, () => e4m3OfExact(random.integer(-largestInteger, largestInteger)));
    case 'special': {
      const share = specialShare(gemm.k);
      return Uint8Array.from({ length }, () =>
        random.chance(share) ? random.pick(specialE4m3) : plainE4m3(random),
      );
    }
    case 'overflow':
      // From 16 to 448.
      return Uint8Array.from({ length }, () => random.integer(0x58, 0x7e));
    case 'all codes':
      // All but the two NaN.
      return Uint8Array.from({ length }, () => random.integer(0, 126) + random.pick([0x00, 0x80]));
    default:
      return Uint8Array.from({ length }, () => plainE4m3(random));
  }
}

/** Magnitudes from 1/4 to 448, as a cast makes them. */
function plainE4m3(random: SeededRandom): number {
  return random.integer(0x28, 0x7e) + random.pick([0x00, 0x80]);
}

function specialShare(k: number): number {
  return Math.min(largestSpecialShare, specialsPerRow / Math.max(k, 1));
}

function drawBfloat16(random: SeededRandom, gemm: GemmCase, length: number): Uint16Array {
  const share = specialShare(gemm.k);
  const draw: () => number = {
    zeros: () => random.pick([0, -0]),
    integers: () => random.integer(-largestInteger, largestInteger),
    huge: () => random.normal() * 2 ** hugeExponent,
    tiny: () => random.normal() * 2 ** -hugeExponent,
    normal: () => random.normal(),
    'all codes': () => random.normal(),
    'nan in a': () => random.normal(),
    'nan in b': () => random.normal(),
    special: () => (random.chance(share) ? random.pick(specialBfloat16) : random.normal()),
    overflow: () => random.uniform(1, 2) * 2 ** overflowExponent.bfloat16,
  }[gemm.data];
  return encodeBfloat16Values(Array.from({ length }, draw));
}

function drawScales(random: SeededRandom, gemm: GemmCase, length: number): Float32Array {
  const draw = (): number => {
    switch (gemm.data) {
      case 'integers':
        return 2 ** random.integer(-2, 2);
      case 'huge':
        return random.uniform(0.5, 2) * 2 ** hugeExponent;
      case 'tiny':
        return random.uniform(0.5, 2) * 2 ** -hugeExponent;
      case 'overflow':
        return random.uniform(0.5, 2) * 2 ** overflowExponent.float8_e4m3fn;
      case 'special':
        return random.chance(specialScaleShare) ? random.pick([0, Number.NaN]) : random.uniform(0.5, 2) / 448;
      default:
        return random.uniform(0.5, 2) / 448;
    }
  };
  return Float32Array.from({ length }, draw);
}

function drawC(random: SeededRandom, gemm: GemmCase): Float32Array | Uint16Array {
  const draw = {
    integers: () => random.integer(-100, 100),
    special: () => (random.chance(specialScaleShare) ? random.pick(specialC) : random.normal()),
    normal: () => random.normal(),
  }[gemm.data === 'integers' || gemm.data === 'special' ? gemm.data : 'normal'];
  const values = Float32Array.from({ length: gemm.m * gemm.n }, draw);
  return gemm.outputType === 'float32' ? values : encodeBfloat16Values(values);
}

function placeNan(
  random: SeededRandom,
  { data, operandType, m, n, k }: GemmCase,
  codesA: Uint8Array | Uint16Array,
  codesB: Uint8Array | Uint16Array,
): void {
  const [rows, codes] = data === 'nan in a' ? [m, codesA] : data === 'nan in b' ? [n, codesB] : [0, codesA];
  if (rows === 0 || k === 0) return;
  const row = random.integer(0, rows - 1);
  codes[row * k + random.integer(0, k - 1)] = nanCodes[operandType];
}
