import type { Device, HostArray, Tensor } from '@dg/runtime';
import { type GuardedTensor, guardedTensor } from '@dg/testing';
import * as api from '../../src/index.js';
import type { GemmOperands } from '../../src/problem/gemm-operands.js';
import type { DenseVariant, GemmCase, ScaleLayout } from './gemm-case.js';
import type { GemmData } from './gemm-data.js';
import { type MatrixLayout, poisonedMatrix } from './poisoned-matrix.js';

/** How a call is enqueued, whatever it computes. */
export type QueueOptions = Pick<api.GemmOptions, 'stream' | 'dependentLaunch'>;

/** One case in device memory, ready to run any number of times. */
export interface DeviceGemm {
  readonly output: GuardedTensor;
  readonly operands: GemmOperands;
  /** Fills D with poison (or with C's values when C is D). */
  reset(): void;
  run(options?: QueueOptions): void;
  /** D, row-major. */
  read(): Promise<HostArray>;
  destroy(): void;
}

const plainVariant: DenseVariant = {
  entry: 'nt',
  majorA: 'k',
  majorB: 'k',
  scaleRowsB: 128,
  recipeGiven: false,
};

const entries = {
  nt: { bf16: api.bf16GemmNt, fp8: api.fp8GemmNt, transposed: [false, false] },
  nn: { bf16: api.bf16GemmNn, fp8: api.fp8GemmNn, transposed: [false, true] },
  tn: { bf16: api.bf16GemmTn, fp8: api.fp8GemmTn, transposed: [true, true] },
  tt: { bf16: api.bf16GemmTt, fp8: api.fp8GemmTt, transposed: [true, false] },
} as const;

const rowAlignmentBytes = 16;
const scaleAlignmentElements = rowAlignmentBytes / Float32Array.BYTES_PER_ELEMENT;

export function uploadGemm(device: Device, gemm: GemmCase, data: GemmData): DeviceGemm {
  const { m, n, k, operandType, outputType } = gemm;
  const { majorA, majorB } = gemm.variant ?? plainVariant;
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
    gemm.accumulation === 'c'
      ? poisonedMatrix(device, data.codesC!, m, n, outputType, rowMajor(gemm.pitchC, 3))
      : undefined;
  const c = gemm.accumulation === 'in place' ? d : separateC;
  const poison = outputType === 'float32' ? new Float32Array(m * n) : new Uint16Array(m * n);
  new Uint8Array(poison.buffer).fill(0xff);
  const run =
    operandType === 'bfloat16'
      ? prepareBf16(gemm, a, b, d, c)
      : prepareFp8(device, gemm, data, asFp8(a), asFp8(b), d, c);

  return {
    output,
    operands: { a, b, d, c, scalesA: run.scales[0], scalesB: run.scales[1] },
    reset: () => d.write(gemm.accumulation === 'in place' ? data.codesC! : poison),
    run: (options) => run.enqueue(options ?? {}),
    read: () => d.read(),
    destroy: () => {
      for (const tensor of [a, b, separateC, ...run.scales]) tensor?.destroy();
      output.destroy();
    },
  };
}

function asFp8(tensor: Tensor): Tensor<'float8_e4m3fn'> {
  return tensor as Tensor<'float8_e4m3fn'>;
}

interface PreparedRun {
  /** Of A and of B; none for BF16. */
  readonly scales: readonly Tensor[];
  enqueue(options: QueueOptions): void;
}

function prepareBf16(gemm: GemmCase, a: Tensor, b: Tensor, d: Tensor, c: Tensor | undefined): PreparedRun {
  const { bf16, transposed } = entries[(gemm.variant ?? plainVariant).entry];
  const [givenA, givenB] = [asGiven(a, transposed[0]), asGiven(b, transposed[1])];
  const base = c === undefined ? {} : { c };
  return { scales: [], enqueue: (options) => bf16(givenA, givenB, d, { ...base, ...options }) };
}

function asGiven<T extends Tensor>(tensor: T, transposed: boolean): T {
  return transposed ? (tensor.transpose() as T) : tensor;
}

function prepareFp8(
  device: Device,
  gemm: GemmCase,
  data: GemmData,
  a: Tensor<'float8_e4m3fn'>,
  b: Tensor<'float8_e4m3fn'>,
  d: Tensor,
  c: Tensor | undefined,
): PreparedRun {
  const { m, n, k } = gemm;
  const { entry, scaleRowsB, recipeGiven } = gemm.variant ?? plainVariant;
  const blocksOfK = Math.ceil(k / 128);
  const blocksOfN = Math.ceil(n / scaleRowsB);
  const layoutA = scaleLayout(gemm.scaleLayoutA, m, blocksOfK);
  const layoutB = scaleLayout(gemm.scaleLayoutB, blocksOfN, blocksOfK);
  const scalesA = poisonedMatrix(device, data.scalesA!, m, blocksOfK, 'float32', layoutA);
  const scalesB = poisonedMatrix(device, data.scalesB!, blocksOfN, blocksOfK, 'float32', layoutB);
  const { fp8, transposed } = entries[entry];
  const givenA = { data: asGiven(a, transposed[0]), scales: asGiven(scalesA, transposed[0]) };
  const givenB = { data: asGiven(b, transposed[1]), scales: asGiven(scalesB, transposed[1]) };
  const recipe = scaleRowsB === 1 ? ([1, 1, 128] as const) : ([1, 128, 128] as const);
  const base = { ...(c === undefined ? {} : { c }), ...(recipeGiven ? { recipe } : {}) };
  return {
    scales: [scalesA, scalesB],
    enqueue: (options) => fp8(givenA, givenB, d, { ...base, ...options }),
  };
}

function operandLayout(major: 'k' | 'mn', pitch: number, margin: number): MatrixLayout {
  return { strides: major === 'k' ? [pitch, 1] : [1, pitch], margin };
}

function rowMajor(pitch: number, margin: number): MatrixLayout {
  return { strides: [pitch, 1], margin };
}

function scaleLayout(layout: ScaleLayout, rows: number, columns: number): MatrixLayout {
  const alignedRows = Math.ceil(rows / scaleAlignmentElements) * scaleAlignmentElements;
  switch (layout) {
    case 'mn-major aligned':
      return { strides: [1, alignedRows], margin: scaleAlignmentElements };
    case 'row-major':
      return { strides: [columns, 1], margin: 1 };
    case 'column-major tight':
      return { strides: [1, rows], margin: 1 };
  }
}
