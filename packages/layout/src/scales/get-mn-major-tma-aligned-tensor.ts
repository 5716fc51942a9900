import { requireOptions, requireStream, type Stream, type Tensor } from '@dg/runtime';
import { requireScales } from './require-scales.js';
import { toMnMajorTmaAligned } from './to-mn-major-tma-aligned.js';

export interface MnMajorOptions {
  /** The device's default stream when left out. */
  readonly stream?: Stream;
}

const operation = 'getMnMajorTmaAlignedTensor';
const noOptions: MnMajorOptions = {};
const sourceTypes = ['float32'] as const;

/**
 * Scale factors in the layout that the tensor memory accelerator reads: MN-major, each column padded to a multiple
 * of 16 bytes.
 *
 * @param sf float32 [mn, sfK] or [G, mn, sfK], any strides.
 * @returns float32 of the same shape with strides (alignedMn · sfK, 1, alignedMn), where alignedMn =
 * getTmaAlignedSize(mn, 4): `sf` itself when it has these strides and starts at a multiple of 16 bytes, else a new
 * tensor whose padding rows, from mn to alignedMn, are zero. The copy is enqueued.
 * @throws DgValidationError for another dtype or rank, a destroyed tensor, or a foreign stream.
 */
export function getMnMajorTmaAlignedTensor(sf: Tensor, options?: MnMajorOptions): Tensor<'float32'> {
  const source = requireScales(operation, sf, sourceTypes);
  const { stream } = requireOptions(operation, options, noOptions);
  return toMnMajorTmaAligned(source, requireStream(operation, stream, source.device, 'sf'));
}
