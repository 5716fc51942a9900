export {
  DgCompileError,
  DgError,
  DgUnavailableError,
  DgValidationError,
  type KernelSource,
  type Logger,
} from '@dg/jit';
export type {
  Availability,
  DeviceAvailability,
  Problem,
  UnavailableReason,
} from './availability/availability.js';
export { getAvailability } from './availability/get-availability.js';
export { CpuDevice } from './cpu/cpu-device.js';
export { enqueueHostWork } from './cpu/enqueue-host-work.js';
export { hostBytes } from './cpu/host-bytes.js';
export type { CompiledImage, KernelCompiler, KernelTarget } from './cuda/kernel-compiler.js';
export type { LoadCause, ModuleLoad, ModuleLoadEvent } from './cuda/module-load-event.js';
export type * from './device/device.js';
export type { DeviceBuffer, StridedCopy, StridedRange, TransferOptions } from './device/device-buffer.js';
// For packages that make devices of their own, such as @dg/simulator.
export * from './device/device-building.js';
export type { DeviceProperties } from './device/device-properties.js';
export type { Event } from './device/event.js';
export type { Graph } from './device/graph.js';
export type { Dim3, Kernel, KernelArgument, Launch, PreparedLaunch } from './device/kernel.js';
export type { Stream } from './device/stream.js';
export type { TensorMap, TensorMapElement } from './device/tensor-map.js';
export { DgDriverError } from './errors/dg-driver-error.js';
export { DgOutOfMemoryError } from './errors/dg-out-of-memory-error.js';
export { type DeviceFactory, registerDeviceProvider } from './request/device-providers.js';
export { type RequestDevice, type RequestDeviceOptions, requestDevice } from './request/request-device.js';
export { emptyTensor, tensorFrom, zerosTensor } from './tensor/create-tensor.js';
export { bytesPerElement, type DType, type HostArray, type HostArrayOf, isDType } from './tensor/dtype.js';
export { Tensor, type TensorDescriptor } from './tensor/tensor.js';
// For packages that make operations, such as @dg/layout.
export * from './validation/operation-building.js';
