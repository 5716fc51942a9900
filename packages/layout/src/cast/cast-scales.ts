import { alignUp, ceilDiv } from '@dg/runtime';
import type { ScaleType } from '../scales/new-mn-major-tensor.js';
import { codesPerWord } from '../scales/pack-problem.js';
import type { CastKind, GroupExtents } from './cast-problem.js';

/** What a cast stores as scales, of each matrix of a batch. */
export interface CastScales {
  readonly dtype: ScaleType;
  /** The dimension that runs along M or N. */
  readonly mnDimension: 0 | 1;
  /** Rows and columns of x for one scale or code. */
  readonly step: GroupExtents;
  /** Rows and columns of scales or codes, the unused codes of a last word included. */
  readonly extents: readonly [number, number];
  /** Rows and columns of the tensor. */
  readonly shape: readonly [number, number];
}

export function castScales(
  kind: CastKind,
  group: GroupExtents,
  packed: boolean,
  [rows, columns]: readonly [number, number],
): CastScales {
  const mnDimension = kind.scaleMnDimension;
  if (!packed) {
    const shape = [ceilDiv(rows, group.rows), ceilDiv(columns, group.columns)] as const;
    return { dtype: 'float32', mnDimension, step: group, extents: shape, shape };
  }
  // SM100 takes a code for every row of an operand, also where a block of rows shares a scale.
  const step: GroupExtents = mnDimension === 0 ? { ...group, rows: 1 } : { ...group, columns: 1 };
  const codes = [ceilDiv(rows, step.rows), ceilDiv(columns, step.columns)] as const;
  const common = { dtype: 'int32', mnDimension, step } as const;
  if (mnDimension === 0) {
    return {
      ...common,
      extents: [codes[0], alignUp(codes[1], codesPerWord)],
      shape: [codes[0], ceilDiv(codes[1], codesPerWord)],
    };
  }
  return {
    ...common,
    extents: [alignUp(codes[0], codesPerWord), codes[1]],
    shape: [ceilDiv(codes[0], codesPerWord), codes[1]],
  };
}
