import type { Device, HostArray, HostArrayOf, Tensor } from '@dg/runtime';
import { type GuardedTensor, guardedTensor, type SeededRandom } from '@dg/testing';
import * as api from '../../src/index.js';
import { checkOutput } from './check-gemm.js';
import type { QueueOptions } from './device-gemm.js';
import { completeCase, type DataKind, drawInputPitch, type GemmCase } from './gemm-case.js';
import { drawData, type GemmData } from './gemm-data.js';
import type { OperandType } from './number-formats.js';
import { poisonedLike, poisonedTensor } from './poisoned-tensor.js';

/** An M-grouped GEMM without its numbers. */
export interface MGroupedCase {
  readonly form: 'contiguous' | 'masked';
  readonly operandType: OperandType;
  readonly entry: 'nt' | 'nn';
  readonly groups: number;
  /** Rows of A and D in all (contiguous), or of each group (masked). */
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly data: DataKind;
  readonly outputType: 'float32' | 'bfloat16';
  readonly majorA: 'k' | 'mn';
  readonly majorB: 'k' | 'mn';
  readonly scaleRowsB: 1 | 128;
  /** Of contiguous calls, besides how they are enqueued. */
  readonly options?: api.MGroupedContiguousOptions;
}

/** What a drawn case has when nothing is said about it. */
export function completeMGrouped(
  random: SeededRandom,
  given: Partial<MGroupedCase> & Pick<MGroupedCase, 'form' | 'operandType' | 'groups' | 'm' | 'n' | 'k'>,
): MGroupedCase {
  const drawn = {
    entry: 'nt',
    data: random.pick(['normal', 'integers'] as const),
    outputType: random.pick(['float32', 'bfloat16'] as const),
    majorA: 'k',
    majorB: 'k',
    scaleRowsB: 128,
  } as const;
  return { ...drawn, ...given };
}

/** One case in device memory. */
export interface MGroupedGemm {
  readonly output: GuardedTensor;
  readonly grouping: Tensor<'int32'>;
  reset(): void;
  run(options?: QueueOptions): void;
  /** Holds the given rows of each group against the oracle; D is [M, N] or [G, M, N], row-major. */
  check(d: HostArray, rows: readonly (readonly number[])[]): number;
  destroy(): void;
}

/** Rows of A that belong to no group are poison, and so are the matrices of B of groups without rows. */
export function uploadMGrouped(
  device: Device,
  random: SeededRandom,
  gemm: MGroupedCase,
  rows: readonly (readonly number[])[],
  grouping: Int32Array<ArrayBuffer>,
): MGroupedGemm {
  const { form, operandType, groups, m, n, k, outputType } = gemm;
  const masked = form === 'masked';
  const dense = denseCase(random, gemm);
  const data = drawGroups(random, dense, masked, groups);
  const blocksOfK = Math.ceil(k / 128);
  const scaleRows = Math.ceil(n / gemm.scaleRowsB);
  const used = data.map((each, group) => withoutUnusedB(each, rows[group]!));

  const shape = (size: readonly number[], grouped: boolean) => (grouped ? [groups, ...size] : [...size]);
  const operand = (codes: HostArray, mn: number, major: 'k' | 'mn', grouped: boolean) => {
    const pitch = drawInputPitch(random, operandType, major === 'k' ? k : mn);
    const strides = major === 'k' ? [pitch, 1] : [1, pitch];
    const groupStride = pitch * (major === 'k' ? mn : k) + 16 * random.integer(0, 2);
    const layout = { strides: shapeStrides(strides, groupStride, grouped), margin: 128 };
    return poisonedTensor(device, codes, shape([mn, k], grouped), operandType, layout);
  };
  // Contiguous groups have one A.
  const partsA = masked
    ? data.map((each, group) => withoutUnusedRows(each, k, blocksOfK, rows[group]!))
    : [withoutUnusedRows(data[0]!, k, blocksOfK, rows.flat())];
  const a = operand(concatenate(partsA.map((each) => each.codesA)), m, gemm.majorA, masked);
  const b = operand(concatenate(used.map((each) => each.codesB)), n, gemm.majorB, true);
  const scales = (values: readonly Float32Array[], mn: number, grouped: boolean) => {
    // MN-major and aligned, or row-major with a gap.
    const aligned = random.chance(0.5);
    const pitch = aligned ? Math.ceil(mn / 4) * 4 : blocksOfK + 1;
    const strides = aligned ? [1, pitch] : [pitch, 1];
    const layout = {
      strides: shapeStrides(strides, pitch * (aligned ? blocksOfK : mn), grouped),
      margin: 4,
    };
    return poisonedTensor(device, concatenate(values), shape([mn, blocksOfK], grouped), 'float32', layout);
  };
  const scaled = operandType === 'float8_e4m3fn';
  const scalesA = scaled
    ? scales(
        partsA.map((each) => each.scalesA!),
        m,
        masked,
      )
    : undefined;
  const scalesB = scaled
    ? scales(
        used.map((each) => each.scalesB!),
        scaleRows,
        true,
      )
    : undefined;
  const indices = device.tensor(grouping, [grouping.length], 'int32');

  const output = guardedTensor(device, shape([m, n], masked), outputType, {
    strides: shapeStrides([dense.pitchD, 1], m * dense.pitchD + random.pick([0, 0, 8, 3]), masked),
    guardBytes: dense.guardBytes,
  });
  const d = output.tensor;
  const poison = poisonedLike(
    outputType === 'float32' ? new Float32Array() : new Uint16Array(),
    d.elementCount,
  );
  const enqueue = entryOf(gemm);
  return {
    output,
    grouping: indices,
    reset: () => d.write(poison as HostArrayOf[typeof outputType]),
    run: (options = {}) => enqueue({ a, b, scalesA, scalesB, d, indices }, { ...gemm.options, ...options }),
    check: (values, rowsOf) => {
      const epsilons = data.map((each, group) => {
        const part = masked ? values.subarray(group * m * n, (group + 1) * m * n) : values;
        return checkOutput(dense, each, part, rowsOf[group]);
      });
      return Math.max(0, ...epsilons);
    },
    destroy: () => {
      for (const tensor of [a, b, scalesA, scalesB, indices]) tensor?.destroy();
      output.destroy();
    },
  };
}

interface Uploaded {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly scalesA: Tensor | undefined;
  readonly scalesB: Tensor | undefined;
  readonly d: Tensor;
  readonly indices: Tensor;
}

function entryOf({ form, operandType, entry, m }: MGroupedCase) {
  const given = (tensor: Tensor | undefined) => (entry === 'nn' ? tensor?.transpose() : tensor)!;
  return ({ a, b, scalesA, scalesB, d, indices }: Uploaded, options: QueueOptions): void => {
    if (operandType === 'bfloat16') {
      if (form === 'masked') api.mGroupedBf16GemmNtMasked(a, b, d, indices, m, options);
      else if (entry === 'nt') api.mGroupedBf16GemmNtContiguous(a, b, d, indices, options);
      else api.mGroupedBf16GemmNnContiguous(a, given(b), d, indices, options);
      return;
    }
    const scaledA = { data: a, scales: scalesA! } as api.ScaledTensor;
    const scaledB = { data: given(b), scales: given(scalesB) } as api.ScaledTensor;
    if (form === 'masked') api.mGroupedFp8GemmNtMasked(scaledA, scaledB, d, indices, m, options);
    else if (entry === 'nt') api.mGroupedFp8GemmNtContiguous(scaledA, scaledB, d, indices, options);
    else api.mGroupedFp8GemmNnContiguous(scaledA, scaledB, d, indices, options);
  };
}

function denseCase(random: SeededRandom, gemm: MGroupedCase): GemmCase {
  const { operandType, m, n, k, data, outputType, majorA, majorB, scaleRowsB } = gemm;
  const variant = { entry: 'nt', majorA, majorB, scaleRowsB, recipeGiven: false } as const;
  return completeCase(random, { operandType, m, n, k, data, outputType, variant, accumulation: 'none' });
}

/** Each group's product; contiguous groups share A. */
function drawGroups(random: SeededRandom, dense: GemmCase, masked: boolean, groups: number): GemmData[] {
  if (masked) return Array.from({ length: groups }, () => drawData(random, dense));
  const { codesA, a, scalesA } = drawData(random, dense);
  return Array.from({ length: groups }, () => {
    const ofGroup = drawData(random, { ...dense, m: 0 });
    return { ...ofGroup, m: dense.m, codesA, a, scalesA };
  });
}

/** What is uploaded of A: poison in the rows that must not be used. */
function withoutUnusedRows(data: GemmData, k: number, blocksOfK: number, used: readonly number[]): GemmData {
  const codesA = poisonedLike(data.codesA, data.codesA.length);
  const scalesA = data.scalesA === undefined ? undefined : poisonedLike(data.scalesA, data.scalesA.length);
  for (const row of used) {
    codesA.set(data.codesA.subarray(row * k, (row + 1) * k), row * k);
    scalesA?.set(data.scalesA!.subarray(row * blocksOfK, (row + 1) * blocksOfK), row * blocksOfK);
  }
  return { ...data, codesA, scalesA };
}

/** What is uploaded of B for a group: poison where the group has no rows. */
function withoutUnusedB(data: GemmData, rows: readonly number[]): GemmData {
  return rows.length > 0 ? data : { ...data, codesB: poisonedLike(data.codesB, data.codesB.length) };
}

function concatenate<T extends HostArray>(parts: readonly T[]): T {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const all = poisonedLike(parts[0]!, total);
  let next = 0;
  for (const part of parts) {
    all.set(part, next);
    next += part.length;
  }
  return all;
}

function shapeStrides(strides: readonly number[], groupStride: number, grouped: boolean): number[] {
  return grouped ? [groupStride, ...strides] : [...strides];
}
