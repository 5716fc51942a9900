import type { CastGranularity } from '@dg/kernels';
import type { Stream, Tensor } from '@dg/runtime';
import type { ScaleType } from '../scales/new-mn-major-tensor.js';
import type { CastScales } from './cast-scales.js';
import type { ScaledTensor } from './scaled-tensor.js';

/** A kind of cast: which elements share a scale. */
export interface CastKind {
  /** The entry point, for messages. */
  readonly operation: string;
  /** Group extents of a granularity, in rows and columns of x. */
  readonly group: (granularity: CastGranularity) => GroupExtents;
  /** The dimension of the scales that runs along M or N; the other runs along K. */
  readonly scaleMnDimension: 0 | 1;
  readonly defaultScaleLayout: 'row-major' | 'mn-major-tma-aligned';
}

export interface GroupExtents {
  readonly rows: 1 | CastGranularity;
  readonly columns: 1 | CastGranularity;
}

/** One cast, validated, with its memory. */
export interface CastProblem {
  readonly x: Tensor<'bfloat16' | 'float32'>;
  readonly out: ScaledTensor<ScaleType>;
  readonly group: GroupExtents;
  readonly scales: CastScales;
  readonly ue8m0: boolean;
  readonly stream: Stream;
  /** How far to write in each matrix; past the logical extents lies padding, written as zero. */
  readonly written: WrittenExtents;
}

/** In elements of the data, and in scales or codes. */
export interface WrittenExtents {
  readonly dataColumns: number;
  readonly scaleRows: number;
  readonly scaleColumns: number;
}
