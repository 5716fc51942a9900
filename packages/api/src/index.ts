export {
  type CompiledKernel,
  type CompileEvent,
  type Compiler,
  type CompilerOptions,
  createCompiler,
  KERNEL_CHANNEL,
} from '@dg/jit';
export {
  type CastGranularity,
  type CastOptions,
  checkPowersOfTwo,
  getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor,
  getMnMajorTmaAlignedPackedUe8m0Tensor,
  getMnMajorTmaAlignedTensor,
  getTmaAlignedSize,
  type KGroupedPackUe8m0Options,
  type MnMajorOptions,
  type PackedCastOptions,
  type PackUe8m0Options,
  perBlockCastToFp8,
  perChannelCastToFp8,
  perTokenCastToFp8,
  type ScaledTensor,
  type ScaleLayout,
  type TransformSfOptions,
  transformSfIntoRequiredLayout,
} from '@dg/layout';
export {
  type Availability,
  type Device,
  type DeviceAvailability,
  type DeviceBuffer,
  type DeviceProperties,
  DgCompileError,
  DgDriverError,
  DgError,
  DgOutOfMemoryError,
  DgUnavailableError,
  DgValidationError,
  type DType,
  type Event,
  type Graph,
  getAvailability,
  type HostArray,
  type HostDevice,
  type KernelDevice,
  type Logger,
  type ModuleLoadEvent,
  type RequestDeviceOptions,
  requestDevice,
  type Stream,
  Tensor,
  type TensorDescriptor,
  type UnavailableReason,
} from '@dg/runtime';
export { bf16GemmNn } from './gemm/bf16-gemm-nn.js';
export { bf16GemmNt } from './gemm/bf16-gemm-nt.js';
export { bf16GemmTn } from './gemm/bf16-gemm-tn.js';
export { bf16GemmTt } from './gemm/bf16-gemm-tt.js';
export { fp8GemmNn } from './gemm/fp8-gemm-nn.js';
export { fp8GemmNt } from './gemm/fp8-gemm-nt.js';
export { fp8GemmTn } from './gemm/fp8-gemm-tn.js';
export { fp8GemmTt } from './gemm/fp8-gemm-tt.js';
export type {
  CallOptions,
  Fp8GemmOptions,
  Fp8KGroupedOptions,
  Fp8MGroupedContiguousOptions,
  Fp8MGroupedMaskedOptions,
  GemmOptions,
  KGroupedOptions,
  MGroupedContiguousOptions,
  MGroupedMaskedOptions,
} from './gemm/gemm-options.js';
export { kGroupedBf16GemmTnContiguous } from './gemm/k-grouped-bf16-gemm-tn-contiguous.js';
export { kGroupedFp8GemmNtContiguous } from './gemm/k-grouped-fp8-gemm-nt-contiguous.js';
export { kGroupedFp8GemmTnContiguous } from './gemm/k-grouped-fp8-gemm-tn-contiguous.js';
export { mGroupedBf16GemmNnContiguous } from './gemm/m-grouped-bf16-gemm-nn-contiguous.js';
export { mGroupedBf16GemmNtContiguous } from './gemm/m-grouped-bf16-gemm-nt-contiguous.js';
export { mGroupedBf16GemmNtMasked } from './gemm/m-grouped-bf16-gemm-nt-masked.js';
export { mGroupedFp8GemmNnContiguous } from './gemm/m-grouped-fp8-gemm-nn-contiguous.js';
export { mGroupedFp8GemmNtContiguous } from './gemm/m-grouped-fp8-gemm-nt-contiguous.js';
export { mGroupedFp8GemmNtMasked } from './gemm/m-grouped-fp8-gemm-nt-masked.js';
export type { ContiguousLayout } from './problem/gemm-problem.js';
export type { Recipe } from './problem/recipe.js';
export {
  getMkAlignmentForContiguousLayout,
  setMkAlignmentForContiguousLayout,
} from './settings/mk-alignment.js';
export { getNumSms, setNumSms } from './settings/num-sms.js';
export { getTcUtil, setTcUtil } from './settings/tc-util.js';
export { getUseTuned, setUseTuned, type TunedOptions } from './settings/use-tuned.js';
export { type AutotuneOptions, autotune } from './tuning/autotune.js';
export type { TimedConfig, TunedCall, TuningProgress, TuningSummary } from './tuning/tuning-summary.js';
export { DgWarmupError } from './warmup/dg-warmup-error.js';
export type { EntryPointName } from './warmup/entry-points.js';
export type { Extent } from './warmup/extent.js';
export type { UtilityName } from './warmup/utility-kernels.js';
export { type WarmupOptions, warmup } from './warmup/warmup.js';
export type { WarmupOperation } from './warmup/warmup-operation.js';
export type { WarmupFailure, WarmupProgress, WarmupSummary } from './warmup/warmup-summary.js';
