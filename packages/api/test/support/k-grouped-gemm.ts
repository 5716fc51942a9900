import type { Device, DType, HostArray, HostArrayOf } from '@dg/runtime';
import { guardedTensor } from '@dg/testing';
import { type CheckAgainst, checkOutput } from './check-output.js';
import type { CallArguments, EntryPointName } from './entry-points.js';
import type { GemmData } from './gemm-data.js';
import { blocksOf, type KGroupedCase, type KGroupedData } from './k-grouped-data.js';
import { type PlacedCodes, poisonedTensor } from './poisoned-tensor.js';
import { type UploadedGemm, uploadedGemm } from './uploaded-gemm.js';

/** One K-grouped case in device memory. */
export interface KGroupedGemm extends UploadedGemm {
  /** Gives the groups other K, and in blocks puts their parts of A and B where they then belong. */
  regroup(ks: Int32Array<ArrayBuffer>): void;
  /** Holds D [G, M, N], row-major, against the oracle, by the K that each group has. */
  check(d: HostArray, depths: readonly number[]): number;
}

/** `ks` is what the device is told. */
export function uploadKGrouped(device: Device, data: KGroupedData, ks: readonly number[]): KGroupedGemm {
  const { gemm, dense, whole, codesC } = data;
  const { operandType, storage, m, n, sumK, groups, accumulation } = gemm;
  // Operands and scales are given transposed, [ΣK, M] and [ΣK, N].
  const upload = ({ codes, shape, layout }: PlacedCodes, dtype: DType) => {
    const tensor = poisonedTensor(device, codes, shape, dtype, layout);
    return shape.length === 1 ? tensor : tensor.transpose();
  };
  const a = upload(data.a, operandType);
  const b = upload(data.b, operandType);
  const output = guardedTensor(device, [groups, m, n], 'float32', {
    strides: data.stridesD,
    guardBytes: dense.guardBytes,
  });
  const separateC =
    accumulation === 'c'
      ? poisonedTensor(device, codesC!, [groups, m, n], 'float32', {
          strides: [m * dense.pitchC, dense.pitchC, 1],
          margin: 3,
        })
      : undefined;
  const d = output.tensor;
  const c = accumulation === 'in place' ? d : separateC;
  const indices = device.tensor(Int32Array.from(ks), [groups], 'int32');
  const options = {
    ...(c === undefined ? {} : { c }),
    ...(gemm.recipeGiven === true ? { recipe: [1, 1, 128] } : {}),
  };
  const call: CallArguments =
    operandType === 'bfloat16'
      ? { a, b, d, ks: indices, options }
      : {
          'a.data': a,
          'a.scales': upload(data.scalesA!, 'float32'),
          'b.data': b,
          'b.scales': upload(data.scalesB!, 'float32'),
          d,
          ks: indices,
          options,
        };
  const original = accumulation === 'in place' ? codesC : undefined;
  return {
    ...uploadedGemm(entryOf(operandType, storage), call, output, original),
    regroup: (contents) => {
      indices.write(contents);
      if (storage === 'matrix') return;
      a.write(blocksOf(whole.codesA, m, sumK, contents) as HostArrayOf[typeof a.dtype]);
      b.write(blocksOf(whole.codesB, n, sumK, contents) as HostArrayOf[typeof b.dtype]);
    },
    check: (values, depths) => checkKGrouped(data, values, depths),
  };
}

/** Holds D [G, M, N], row-major, against the oracle, or a reference, by the K that each group has. */
export function checkKGrouped(
  { gemm, dense, whole, ofGroups }: KGroupedData,
  d: HostArray,
  depths: readonly number[],
  against?: CheckAgainst,
): number {
  const matrix = gemm.m * gemm.n;
  const partOf = (values: HostArray, group: number) => values.subarray(group * matrix, (group + 1) * matrix);
  let k0 = 0;
  const epsilons = depths.map((k, group) => {
    const part = { ...columnsOf(whole, k0, k), c: ofGroups[group]!.c };
    k0 += k;
    const reference = against?.reference === undefined ? {} : { reference: partOf(against.reference, group) };
    return checkOutput({ ...dense, k }, part, partOf(d, group), undefined, { ...against, ...reference });
  });
  return Math.max(0, ...epsilons);
}

function entryOf(operandType: KGroupedCase['operandType'], storage: KGroupedCase['storage']): EntryPointName {
  if (operandType === 'bfloat16') return 'kGroupedBf16GemmTnContiguous';
  return storage === 'blocks' ? 'kGroupedFp8GemmNtContiguous' : 'kGroupedFp8GemmTnContiguous';
}

/** The product of a range of K alone. */
function columnsOf(data: GemmData, k0: number, depth: number): GemmData {
  const { m, n, k } = data;
  const blocks = k / 128;
  const scalesOf = (scales: Float32Array | undefined, rows: number) =>
    scales === undefined
      ? undefined
      : Float32Array.from({ length: rows * (depth / 128) }, (_, index) => {
          const row = Math.floor(index / (depth / 128));
          return scales[row * blocks + k0 / 128 + (index % (depth / 128))]!;
        });
  const valuesOf = (values: Float64Array, rows: number) =>
    Float64Array.from(
      { length: rows * depth },
      (_, index) => values[Math.floor(index / depth) * k + k0 + (index % depth)]!,
    );
  return {
    ...data,
    k: depth,
    a: valuesOf(data.a, m),
    b: valuesOf(data.b, n),
    scalesA: scalesOf(data.scalesA, m),
    scalesB: scalesOf(data.scalesB, n),
  };
}
