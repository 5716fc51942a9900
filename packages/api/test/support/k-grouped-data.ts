import type { HostArray } from '@dg/runtime';
import type { SeededRandom } from '@dg/testing';
import {
  type Accumulation,
  completeCase,
  type DataKind,
  drawInputPitch,
  type GemmCase,
  type OutputLayout,
  outputOf,
  type ScaleLayout,
} from './gemm-case.js';
import { drawData, type GemmData } from './gemm-data.js';
import type { OperandType } from './number-formats.js';
import { type PlacedCodes, poisonedLike } from './poisoned-tensor.js';
import { scaleLayout } from './scale-layout.js';

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
  /** FP8 only; MN-major when left out. */
  readonly scaleLayoutA?: ScaleLayout;
  readonly scaleLayoutB?: ScaleLayout;
  /** Drawn when left out. */
  readonly layoutD?: OutputLayout;
  /** FP8: whether the recipe is given as an option; not when left out. */
  readonly recipeGiven?: boolean;
}

/** A K-grouped GEMM with its numbers. */
export interface KGroupedData {
  readonly gemm: KGroupedCase;
  /** The product over all of K. */
  readonly dense: GemmCase;
  readonly whole: GemmData;
  /** With the C of each group. */
  readonly ofGroups: readonly GemmData[];
  /** [G, M, N]; undefined without C. */
  readonly codesC: Float32Array<ArrayBuffer> | undefined;
  readonly a: PlacedCodes;
  readonly b: PlacedCodes;
  readonly scalesA: PlacedCodes | undefined;
  readonly scalesB: PlacedCodes | undefined;
  readonly stridesD: readonly number[];
}

/** `depths` says which K of each group lie where in blocks. */
export function drawKGrouped(
  random: SeededRandom,
  gemm: KGroupedCase,
  depths: readonly number[],
): KGroupedData {
  const { operandType, storage, m, n, sumK } = gemm;
  const dense = denseCase(random, gemm);
  const whole = drawData(random, dense);
  const ofGroups = Array.from({ length: gemm.groups }, () => drawData(random, { ...dense, k: 0 }));

  const operand = (codes: HostArray, mn: number, major: 'k' | 'mn'): PlacedCodes => {
    if (storage === 'blocks') {
      const blocks = blocksOf(codes, mn, sumK, depths);
      return { codes: blocks, shape: [mn * sumK], layout: { strides: [1], margin: 128 } };
    }
    const pitch = drawInputPitch(random, operandType, major === 'k' ? sumK : mn);
    const strides = major === 'k' ? [pitch, 1] : [1, pitch];
    return { codes, shape: [mn, sumK], layout: { strides, margin: 128 } };
  };
  const scales = (values: Float32Array | undefined, mn: number, given: ScaleLayout | undefined) => {
    if (values === undefined) return undefined;
    const drawn = random.pick(['column-major tight', 'mn-major aligned'] as const);
    const blocksOfK = sumK / 128;
    return { codes: values, shape: [mn, blocksOfK], layout: scaleLayout(given ?? drawn, mn, blocksOfK) };
  };
  return {
    gemm,
    dense,
    whole,
    ofGroups,
    codesC:
      gemm.accumulation === 'none'
        ? undefined
        : Float32Array.from(ofGroups.flatMap(({ codesC }) => [...(codesC as Float32Array)])),
    a: operand(whole.codesA, m, gemm.majorA),
    b: operand(whole.codesB, n, gemm.majorB),
    scalesA: scales(whole.scalesA, m, gemm.scaleLayoutA),
    scalesB: scales(whole.scalesB, n, gemm.scaleLayoutB),
    stridesD: [m * dense.pitchD + groupGapOf(random, gemm), dense.pitchD, 1],
  };
}

function denseCase(random: SeededRandom, gemm: KGroupedCase): GemmCase {
  const { operandType, m, n, sumK, data, accumulation, majorA, majorB } = gemm;
  const variant = { entry: 'tn', majorA, majorB, scaleRowsB: 1, recipeGiven: false } as const;
  const given = { operandType, m, n, k: sumK, data, accumulation, variant, outputType: 'float32' } as const;
  return completeCase(random, { ...given, ...outputOf(gemm.layoutD) });
}

function groupGapOf(random: SeededRandom, { layoutD }: KGroupedCase): number {
  const drawn = random.pick([0, 0, 4, 3]);
  return layoutD?.groupGap ?? drawn;
}

/** The matrices [mn, depth] of the groups end to end, from one [mn, sumK]; poison in what is left. */
export function blocksOf(codes: HostArray, mn: number, sumK: number, depths: Iterable<number>): HostArray {
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
