import type { Device, HostArray, Tensor } from '@dg/runtime';
import { type GuardedTensor, guardedTensor, type SeededRandom } from '@dg/testing';
import * as api from '../../src/index.js';
import { checkOutput } from './check-gemm.js';
import type { QueueOptions } from './device-gemm.js';
import {
  type Accumulation,
  completeCase,
  type DataKind,
  drawInputPitch,
  type GemmCase,
} from './gemm-case.js';
import { drawData, type GemmData } from './gemm-data.js';
import type { OperandType } from './number-formats.js';
import { poisonedLike, poisonedTensor } from './poisoned-tensor.js';

/** A K-grouped GEMM without its numbers. */
export interface KGroupedCase {
  readonly operandType: OperandType;
  readonly storage: 'matrix' | 'blocks';
  readonly m: number;
  readonly n: number;
  /** Sum of the groups' K that A and B have room for. */
  readonly sumK: number;
  readonly groups: number;
  readonly data: DataKind;
  readonly accumulation: Accumulation;
  readonly majorA: 'k' | 'mn';
  readonly majorB: 'k' | 'mn';
}

/** One case in device memory. */
export interface KGroupedGemm {
  readonly output: GuardedTensor;
  readonly ks: Tensor<'int32'>;
  reset(): void;
  run(options?: QueueOptions & Pick<api.KGroupedOptions, 'ksHost'>): void;
  /** Holds D [G, M, N], row-major, against the oracle, by the K that each group has. */
  check(d: HostArray, depths: readonly number[]): number;
  destroy(): void;
}

/** `depths` says which K of each group lie where in blocks, `ks` what the device is told. */
export function uploadKGrouped(
  device: Device,
  random: SeededRandom,
  gemm: KGroupedCase,
  depths: readonly number[],
  ks: readonly number[] = depths,
): KGroupedGemm {
  const { operandType, storage, m, n, sumK, groups, accumulation } = gemm;
  const dense = denseCase(random, gemm);
  const data = drawData(random, dense);
  const cs = Array.from({ length: groups }, () => drawData(random, { ...dense, k: 0 }));
  const codesC = accumulation === 'none' ? undefined : cs.map((each) => each.codesC as Float32Array);

  const operand = (codes: HostArray, mn: number, major: 'k' | 'mn') => {
    if (storage === 'blocks') {
      const blocks = blocksOf(codes, mn, sumK, depths);
      return poisonedTensor(device, blocks, [mn * sumK], operandType, { strides: [1], margin: 128 });
    }
    const pitch = drawInputPitch(random, operandType, major === 'k' ? sumK : mn);
    const strides = major === 'k' ? [pitch, 1] : [1, pitch];
    return poisonedTensor(device, codes, [mn, sumK], operandType, { strides, margin: 128 }).transpose();
  };
  const scales = (values: Float32Array, mn: number) => {
    const pitch = random.pick([mn, Math.ceil(mn / 4) * 4]);
    const layout = { strides: [1, pitch], margin: 4 };
    return poisonedTensor(device, values, [mn, sumK / 128], 'float32', layout).transpose();
  };
  const a = operand(data.codesA, m, gemm.majorA);
  const b = operand(data.codesB, n, gemm.majorB);
  const scalesA = data.scalesA === undefined ? undefined : scales(data.scalesA, m);
  const scalesB = data.scalesB === undefined ? undefined : scales(data.scalesB, n);
  const output = guardedTensor(device, [groups, m, n], 'float32', {
    strides: [m * dense.pitchD + random.pick([0, 0, 4, 3]), dense.pitchD, 1],
    guardBytes: dense.guardBytes,
  });
  const d = output.tensor as Tensor<'float32'>;
  const allC = codesC === undefined ? undefined : Float32Array.from(codesC.flatMap((each) => [...each]));
  const separateC =
    accumulation === 'c'
      ? poisonedTensor(device, allC!, [groups, m, n], 'float32', {
          strides: [m * dense.pitchC, dense.pitchC, 1],
          margin: 3,
        })
      : undefined;
  const c = accumulation === 'in place' ? d : separateC;
  const indices = device.tensor(Int32Array.from(ks), [groups], 'int32');
  const poison = poisonedLike(new Float32Array(), d.elementCount);
  return {
    output,
    ks: indices,
    reset: () => d.write(accumulation === 'in place' ? allC! : poison),
    run: (queue = {}) => {
      const options = c === undefined ? queue : { ...queue, c };
      if (operandType === 'bfloat16') {
        api.kGroupedBf16GemmTnContiguous(a, b, d, indices, options);
        return;
      }
      const scaledA = { data: a, scales: scalesA! } as api.ScaledTensor;
      const scaledB = { data: b, scales: scalesB! } as api.ScaledTensor;
      const gemmOf = storage === 'blocks' ? api.kGroupedFp8GemmNtContiguous : api.kGroupedFp8GemmTnContiguous;
      gemmOf(scaledA, scaledB, d, indices, options);
    },
    check: (values, depthsNow) => {
      let k0 = 0;
      const epsilons = depthsNow.map((k, group) => {
        const part = { ...columnsOf(data, k0, k), c: cs[group]!.c };
        k0 += k;
        return checkOutput({ ...dense, k }, part, values.subarray(group * m * n, (group + 1) * m * n));
      });
      return Math.max(0, ...epsilons);
    },
    destroy: () => {
      for (const tensor of [a, b, scalesA, scalesB, separateC, indices]) tensor?.destroy();
      output.destroy();
    },
  };
}

function denseCase(random: SeededRandom, gemm: KGroupedCase): GemmCase {
  const { operandType, m, n, sumK, data, accumulation, majorA, majorB } = gemm;
  const variant = { entry: 'tn', majorA, majorB, scaleRowsB: 1, recipeGiven: false } as const;
  const given = { operandType, m, n, k: sumK, data, accumulation, variant, outputType: 'float32' } as const;
  return completeCase(random, given);
}

/** The matrices [mn, depth] of the groups end to end, from one [mn, sumK]; poison in what is left. */
function blocksOf(codes: HostArray, mn: number, sumK: number, depths: readonly number[]): HostArray {
  const blocks = poisonedLike(codes, mn * sumK);
  let k0 = 0;
  let next = 0;
  for (const depth of depths) {
    for (let row = 0; row < mn; row++) {
      blocks.set(codes.subarray(row * sumK + k0, row * sumK + k0 + depth), next);
      next += depth;
    }
    k0 += depth;
  }
  return blocks;
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
