import type { Device, HostArray, Tensor } from '@dg/runtime';
import { guardedTensor } from '@dg/testing';
import type { GemmOperands } from '../../src/problem/gemm-operands.js';
import type { CallArguments } from './entry-points.js';
import type { DenseVariant, GemmCase } from './gemm-case.js';
import type { GemmData } from './gemm-data.js';
import { type MatrixLayout, poisonedMatrix } from './poisoned-matrix.js';
import { scaleLayout } from './scale-layout.js';
import { type UploadedGemm, uploadedGemm } from './uploaded-gemm.js';

/** One dense case in device memory. */
export interface DeviceGemm extends UploadedGemm {
  readonly operands: GemmOperands;
  /** D, row-major. */
  read(): Promise<HostArray>;
}

const plainVariant: DenseVariant = {
  entry: 'nt',
  majorA: 'k',
  majorB: 'k',
  scaleRowsB: 128,
  recipeGiven: false,
};

/** The entry points, and which of A and B they take transposed. */
const entries = {
  nt: { bfloat16: 'bf16GemmNt', float8_e4m3fn: 'fp8GemmNt', transposed: [false, false] },
  nn: { bfloat16: 'bf16GemmNn', float8_e4m3fn: 'fp8GemmNn', transposed: [false, true] },
  tn: { bfloat16: 'bf16GemmTn', float8_e4m3fn: 'fp8GemmTn', transposed: [true, true] },
  tt: { bfloat16: 'bf16GemmTt', float8_e4m3fn: 'fp8GemmTt', transposed: [true, false] },
} as const;

export function uploadGemm(device: Device, gemm: GemmCase, data: GemmData): DeviceGemm {
  const { m, n, k, operandType, outputType, accumulation } = gemm;
  const { entry, majorA, majorB } = gemm.variant ?? plainVariant;
  const operandMargin = operandType === 'bfloat16' ? 64 : 128;
  const layoutA = operandLayout(majorA, gemm.pitchA, operandMargin);
  const layoutB = operandLayout(majorB, gemm.pitchB, operandMargin);
  const a = poisonedMatrix(device, data.codesA, m, k, operandType, layoutA);
  const b = poisonedMatrix(device, data.codesB, n, k, operandType, layoutB);
  const output = guardedTensor(device, [m, n], outputType, {
    pitchElements: gemm.pitchD,
    guardBytes: gemm.guardBytes,
  });
  const d = output.tensor;
  const separateC =
    accumulation === 'c'
      ? poisonedMatrix(device, data.codesC!, m, n, outputType, rowMajor(gemm.pitchC, 3))
      : undefined;
  const c = accumulation === 'in place' ? d : separateC;
  const [scalesA, scalesB] = operandType === 'bfloat16' ? [] : uploadScales(device, gemm, data);

  const operands = { a, b, d, c, scalesA, scalesB };
  const call = callOf(gemm, operands);
  const original = accumulation === 'in place' ? data.codesC : undefined;
  return {
    ...uploadedGemm(entries[entry][operandType], call, output, original),
    operands,
    read: () => d.read(),
  };
}

function uploadScales(device: Device, gemm: GemmCase, data: GemmData): [Tensor, Tensor] {
  const { m, n, k } = gemm;
  const { scaleRowsB } = gemm.variant ?? plainVariant;
  const blocksOfK = Math.ceil(k / 128);
  const blocksOfN = Math.ceil(n / scaleRowsB);
  const layoutA = scaleLayout(gemm.scaleLayoutA, m, blocksOfK);
  const layoutB = scaleLayout(gemm.scaleLayoutB, blocksOfN, blocksOfK);
  return [
    poisonedMatrix(device, data.scalesA!, m, blocksOfK, 'float32', layoutA),
    poisonedMatrix(device, data.scalesB!, blocksOfN, blocksOfK, 'float32', layoutB),
  ];
}

/** The arguments as the entry point takes them. */
function callOf(gemm: GemmCase, { a, b, c, d, scalesA, scalesB }: GemmOperands): CallArguments {
  const { entry, scaleRowsB, recipeGiven } = gemm.variant ?? plainVariant;
  const [transposedA, transposedB] = entries[entry].transposed;
  const givenA = (tensor: Tensor | undefined) => (transposedA ? tensor?.transpose() : tensor);
  const givenB = (tensor: Tensor | undefined) => (transposedB ? tensor?.transpose() : tensor);
  const accumulator = c === undefined ? {} : { c };
  if (gemm.operandType === 'bfloat16') return { a: givenA(a), b: givenB(b), d, options: accumulator };
  return {
    'a.data': givenA(a),
    'a.scales': givenA(scalesA),
    'b.data': givenB(b),
    'b.scales': givenB(scalesB),
    d,
    options: { ...accumulator, ...(recipeGiven ? { recipe: [1, scaleRowsB, 128] } : {}) },
  };
}

function operandLayout(major: 'k' | 'mn', pitch: number, margin: number): MatrixLayout {
  return { strides: major === 'k' ? [pitch, 1] : [1, pitch], margin };
}

function rowMajor(pitch: number, margin: number): MatrixLayout {
  return { strides: [pitch, 1], margin };
}
