import type { Device, DType, HostArray, Tensor } from '@dg/runtime';
import { guardedTensor } from '@dg/testing';
import { type CheckAgainst, checkOutput } from './check-output.js';
import type { CallArguments, EntryPointName } from './entry-points.js';
import type { MGroupedCase } from './m-grouped-case.js';
import type { MGroupedData } from './m-grouped-data.js';
import { type PlacedCodes, poisonedTensor } from './poisoned-tensor.js';
import { type UploadedGemm, uploadedGemm } from './uploaded-gemm.js';

/** One M-grouped case in device memory. */
export interface MGroupedGemm extends UploadedGemm {
  readonly grouping: Tensor<'int32'>;
  /** Holds the given rows of each group against the oracle; D is [M, N] or [G, M, N], row-major. */
  check(d: HostArray, rows: readonly (readonly number[])[]): number;
}

/** `grouping` is what groupedLayout or maskedM holds. */
export function uploadMGrouped(
  device: Device,
  data: MGroupedData,
  grouping: Int32Array<ArrayBuffer>,
): MGroupedGemm {
  const { gemm, dense } = data;
  const { operandType } = gemm;
  const upload = ({ codes, shape, layout }: PlacedCodes, dtype: DType) =>
    poisonedTensor(device, codes, shape, dtype, layout);
  const a = upload(data.a, operandType);
  const b = upload(data.b, operandType);
  const scalesA = data.scalesA === undefined ? undefined : upload(data.scalesA, 'float32');
  const scalesB = data.scalesB === undefined ? undefined : upload(data.scalesB, 'float32');
  const indices = device.tensor(grouping, [grouping.length], 'int32');
  const output = guardedTensor(device, data.shapeD, gemm.outputType, {
    strides: data.stridesD,
    guardBytes: dense.guardBytes,
  });
  const call = callOf(gemm, { a, b, scalesA, scalesB, d: output.tensor, indices });
  return {
    ...uploadedGemm(entryOf(gemm), call, output, undefined),
    grouping: indices,
    check: (d, rows) => checkMGrouped(data, d, rows),
  };
}

/** Holds the given rows of each group against the oracle, or a reference; D is [M, N] or [G, M, N], row-major. */
export function checkMGrouped(
  { gemm, dense, groups }: MGroupedData,
  d: HostArray,
  rows: readonly (readonly number[])[],
  against?: CheckAgainst,
): number {
  const matrix = gemm.m * gemm.n;
  const partOf = (values: HostArray, group: number) =>
    gemm.form === 'masked' ? values.subarray(group * matrix, (group + 1) * matrix) : values;
  const epsilons = groups.map((each, group) => {
    const reference = against?.reference === undefined ? {} : { reference: partOf(against.reference, group) };
    return checkOutput(dense, each, partOf(d, group), rows[group], { ...against, ...reference });
  });
  return Math.max(0, ...epsilons);
}

function entryOf({ form, operandType, entry }: MGroupedCase): EntryPointName {
  const isBf16 = operandType === 'bfloat16';
  if (form === 'masked') return isBf16 ? 'mGroupedBf16GemmNtMasked' : 'mGroupedFp8GemmNtMasked';
  if (entry === 'nt') return isBf16 ? 'mGroupedBf16GemmNtContiguous' : 'mGroupedFp8GemmNtContiguous';
  return isBf16 ? 'mGroupedBf16GemmNnContiguous' : 'mGroupedFp8GemmNnContiguous';
}

interface Uploaded {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly scalesA: Tensor | undefined;
  readonly scalesB: Tensor | undefined;
  readonly d: Tensor;
  readonly indices: Tensor;
}

function callOf(gemm: MGroupedCase, { a, b, scalesA, scalesB, d, indices }: Uploaded): CallArguments {
  const { form, operandType, entry, scaleRowsB, recipeGiven = false } = gemm;
  const givenB = (tensor: Tensor | undefined) => (entry === 'nn' ? tensor?.transpose() : tensor);
  const grouping =
    form === 'masked'
      ? { maskedM: indices, expectedM: gemm.expectedM ?? gemm.m }
      : { groupedLayout: indices };
  const options = { ...gemm.options, ...(recipeGiven ? { recipe: [1, scaleRowsB, 128] } : {}) };
  if (operandType === 'bfloat16') return { a, b: givenB(b), d, ...grouping, options };
  return {
    'a.data': a,
    'a.scales': scalesA,
    'b.data': givenB(b),
    'b.scales': givenB(scalesB),
    d,
    ...grouping,
    options,
  };
}
