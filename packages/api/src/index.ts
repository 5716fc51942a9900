export {
  type CastGranularity,
  type CastOptions,
  getMnMajorTmaAlignedTensor,
  getTmaAlignedSize,
  type MnMajorOptions,
  perBlockCastToFp8,
  perChannelCastToFp8,
  perTokenCastToFp8,
  type ScaledTensor,
  type ScaleLayout,
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
  type RequestDeviceOptions,
  requestDevice,
  type Stream,
  Tensor,
  type TensorDescriptor,
  type UnavailableReason,
} from '@dg/runtime';
export { bf16GemmNt } from './gemm/bf16-gemm-nt.js';
export { fp8GemmNt } from './gemm/fp8-gemm-nt.js';
export type { Fp8GemmOptions, GemmOptions } from './gemm/gemm-options.js';
export type { Recipe } from './validation/require-recipe.js';
