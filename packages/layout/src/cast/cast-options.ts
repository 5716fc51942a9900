import type { CastGranularity } from '@dg/kernels';
import type { Stream } from '@dg/runtime';
import type { ScaledTensor } from './scaled-tensor.js';

/**
 * - `row-major`: without padding.
 * - `mn-major-tma-aligned`: the dimension of the scales that runs along M or N is the contiguous one, and each column
 *   of it is padded with zeros to a multiple of 16 bytes.
 */
export type ScaleLayout = 'row-major' | 'mn-major-tma-aligned';

export interface CastOptions {
  /** Scales as ue8m0 codes, by `PackedCastOptions`; false when left out. */
  readonly packed?: false;
  /** Round scales up to powers of two, so that they are ue8m0 values. False when left out. */
  readonly ue8m0?: boolean;
  /** Elements along K (per block: along both dimensions) that share a scale; 128 when left out. */
  readonly granularity?: CastGranularity;
  /** Of new scales; each cast says what it is when left out. Not together with `out`. */
  readonly scaleLayout?: ScaleLayout;
  /** The device's default stream when left out. */
  readonly stream?: Stream;
  /**
   * Where to write, in place of new tensors: `data` float8_e4m3fn of x's shape with contiguous rows of any pitch,
   * `scales` float32 of any strides. Only elements are written, no padding.
   */
  readonly out?: ScaledTensor;
}

/** For scales as SM100 takes them: ue8m0 codes, four along K in an int32, MN-major and TMA-aligned. */
export interface PackedCastOptions extends Omit<CastOptions, 'packed' | 'ue8m0' | 'scaleLayout' | 'out'> {
  readonly packed: true;
  /** Codes are powers of two, so that false is refused. */
  readonly ue8m0?: true;
  readonly scaleLayout?: 'mn-major-tma-aligned';
  /** As of `CastOptions`, with `scales` int32 of any strides. Bytes past the end of K are written as 0. */
  readonly out?: ScaledTensor<'int32'>;
}
