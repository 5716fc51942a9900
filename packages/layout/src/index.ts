export type { CastGranularity } from '@dg/kernels';
export type { CastOptions, PackedCastOptions, ScaleLayout } from './cast/cast-options.js';
export { perBlockCastToFp8 } from './cast/per-block-cast-to-fp8.js';
export { perChannelCastToFp8 } from './cast/per-channel-cast-to-fp8.js';
export { perTokenCastToFp8 } from './cast/per-token-cast-to-fp8.js';
export type { ScaledTensor } from './cast/scaled-tensor.js';
export {
  bfloat16Nan,
  bfloat16ToFloat32Array,
  decodeBfloat16,
  encodeBfloat16,
  float32ToBfloat16Array,
} from './formats/bfloat16.js';
export {
  decodeE4m3,
  e4m3Max,
  e4m3Nan,
  e4m3ToFloat32Array,
  encodeE4m3,
  float32ToE4m3Array,
} from './formats/e4m3.js';
export {
  decodeUe8m0,
  encodeUe8m0,
  packUe8m0,
  roundScaleUpToPowerOfTwo,
  ue8m0Nan,
  unpackUe8m0,
} from './formats/ue8m0.js';
// For @dg/api.
export { gemmCopies } from './gemm-copies.js';
export { repackKGroupedFp8 } from './operands/repack-k-grouped-fp8.js';
export { type OperandOptions, transposeFp8 } from './operands/transpose-fp8.js';
export { checkPowersOfTwo } from './scales/check-powers-of-two.js';
export {
  getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor,
  type KGroupedPackUe8m0Options,
} from './scales/get-k-grouped-mn-major-tma-aligned-packed-ue8m0-tensor.js';
export {
  getMnMajorTmaAlignedPackedUe8m0Tensor,
  type PackUe8m0Options,
} from './scales/get-mn-major-tma-aligned-packed-ue8m0-tensor.js';
export { getMnMajorTmaAlignedTensor, type MnMajorOptions } from './scales/get-mn-major-tma-aligned-tensor.js';
export type { ScaleType } from './scales/new-mn-major-tensor.js';
export type { ScaleRecipe } from './scales/scale-recipe.js';
export { getTmaAlignedSize } from './scales/tma-alignment.js';
export {
  type TransformSfOptions,
  transformSfIntoRequiredLayout,
} from './scales/transform-sf-into-required-layout.js';
