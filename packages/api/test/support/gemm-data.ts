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
    case 'all codes':
      // All but the two NaN.
      return Uint8Array.from({ length }, () => random.integer(0, 126) + random.pick([0x00, 0x80]));
    default:
      // Magnitudes from 1/4 to 448, as a cast makes them.
      return Uint8Array.from({ length }, () => random.integer(0x28, 0x7e) + random.pick([0x00, 0x80]));
  }
}

function drawBfloat16(random: SeededRandom, gemm: GemmCase, length: number): Uint16Array {
  const draw: () => number = {
    zeros: () => random.pick([0, -0]),
    integers: () => random.integer(-largestInteger, largestInteger),
    huge: () => random.normal() * 2 ** hugeExponent,
    tiny: () => random.normal() * 2 ** -hugeExponent,
    normal: () => random.normal(),
    'all codes': () => random.normal(),
    'nan in a': () => random.normal(),
    'nan in b': () => random.normal(),
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
      default:
        return random.uniform(0.5, 2) / 448;
    }
  };
  return Float32Array.from({ length }, draw);
}

function drawC(random: SeededRandom, gemm: GemmCase): Float32Array | Uint16Array {
  const draw = gemm.data === 'integers' ? () => random.integer(-100, 100) : () => random.normal();
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
