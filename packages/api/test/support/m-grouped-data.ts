import type { HostArray } from '@dg/runtime';
import type { SeededRandom } from '@dg/testing';
import { completeCase, drawInputPitch, type GemmCase, outputOf } from './gemm-case.js';
import { drawData, type GemmData } from './gemm-data.js';
import type { MGroupedCase } from './m-grouped-case.js';
import { type PlacedCodes, poisonedLike } from './poisoned-tensor.js';

/** An M-grouped GEMM with its numbers. */
export interface MGroupedData {
  readonly gemm: MGroupedCase;
  /** The product of one group. */
  readonly dense: GemmCase;
  /** Those of each group; contiguous ones share A. */
  readonly groups: readonly GemmData[];
  readonly a: PlacedCodes;
  readonly b: PlacedCodes;
  readonly scalesA: PlacedCodes | undefined;
  readonly scalesB: PlacedCodes | undefined;
  /** [M, N] or [G, M, N]. */
  readonly shapeD: readonly number[];
  readonly stridesD: readonly number[];
}

/**
 * Draws the numbers of a case in which group g has the rows `rows[g]`. Rows of A that belong to no group are poison, and
 * so are the matrices of B of groups without rows.
 */
export function drawMGrouped(
  random: SeededRandom,
  gemm: MGroupedCase,
  rows: readonly (readonly number[])[],
): MGroupedData {
  const { form, operandType, m, n, k } = gemm;
  const masked = form === 'masked';
  const dense = denseCase(random, gemm);
  const groups = drawGroups(random, dense, masked, gemm.groups);
  const blocksOfK = Math.ceil(k / 128);
  const inGroups = (size: readonly number[], first: number, grouped: boolean) =>
    grouped ? [first, ...size] : [...size];

  const operand = (codes: HostArray, mn: number, major: 'k' | 'mn', grouped: boolean): PlacedCodes => {
    const pitch = drawInputPitch(random, operandType, major === 'k' ? k : mn);
    const strides = major === 'k' ? [pitch, 1] : [1, pitch];
    const groupStride = pitch * (major === 'k' ? mn : k) + 16 * random.integer(0, 2);
    const layout = { strides: inGroups(strides, groupStride, grouped), margin: 128 };
    return { codes, shape: inGroups([mn, k], gemm.groups, grouped), layout };
  };
  const scales = (parts: readonly GemmData[], of: 'scalesA' | 'scalesB', mn: number, grouped: boolean) => {
    if (operandType === 'bfloat16') return undefined;
    // MN-major and aligned, or row-major with a gap.
    const aligned = random.chance(0.5);
    const pitch = aligned ? Math.ceil(mn / 4) * 4 : blocksOfK + 1;
    const strides = aligned ? [1, pitch] : [pitch, 1];
    const groupStride = pitch * (aligned ? blocksOfK : mn);
    return {
      codes: concatenate(parts.map((part) => part[of]!)),
      shape: inGroups([mn, blocksOfK], gemm.groups, grouped),
      layout: { strides: inGroups(strides, groupStride, grouped), margin: 4 },
    };
  };

  // Contiguous groups have one A.
  const partsA = masked
    ? groups.map((each, group) => withoutUnusedRows(each, k, blocksOfK, rows[group]!))
    : [withoutUnusedRows(groups[0]!, k, blocksOfK, rows.flat())];
  const partsB = groups.map((each, group) => withoutUnusedB(each, rows[group]!));
  return {
    gemm,
    dense,
    groups,
    a: operand(concatenate(partsA.map(({ codesA }) => codesA)), m, gemm.majorA, masked),
    b: operand(concatenate(partsB.map(({ codesB }) => codesB)), n, gemm.majorB, true),
    scalesA: scales(partsA, 'scalesA', m, masked),
    scalesB: scales(partsB, 'scalesB', Math.ceil(n / gemm.scaleRowsB), true),
    shapeD: inGroups([m, n], gemm.groups, masked),
    stridesD: inGroups([dense.pitchD, 1], m * dense.pitchD + groupGapOf(random, gemm), masked),
  };
}

function denseCase(random: SeededRandom, gemm: MGroupedCase): GemmCase {
  const { operandType, m, n, k, data, outputType, majorA, majorB, scaleRowsB } = gemm;
  const variant = { entry: 'nt', majorA, majorB, scaleRowsB, recipeGiven: false } as const;
  const given = { operandType, m, n, k, data, outputType, variant, accumulation: 'none' } as const;
  return completeCase(random, { ...given, ...outputOf(gemm.layoutD) });
}

function groupGapOf(random: SeededRandom, { layoutD }: MGroupedCase): number {
  const drawn = random.pick([0, 0, 8, 3]);
  return layoutD?.groupGap ?? drawn;
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
