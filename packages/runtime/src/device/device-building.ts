/** What a device in another package is built from, so that it checks and says the same as the devices here. */

export { checkLaunch, type LaunchLimits } from '../cuda/check-launch.js';
export { checkTensorMap } from '../cuda/check-tensor-map.js';
export { KernelCache } from '../cuda/kernel-cache.js';
export { disposeSymbol } from '../dispose-symbol.js';
export { allocateHostMemory } from '../host/allocate-host-memory.js';
export { DeviceOnHost } from '../host/device-on-host.js';
export { HostBuffer, hostBufferOf } from '../host/host-buffer.js';
export type { HostStorage } from '../host/host-storage.js';
export { HostStream, hostStreamOf } from '../host/host-stream.js';
export { bytesOf } from '../tensor/host-arrays.js';
export { assertSynchronous } from './assert-synchronous.js';
export { checkBufferDescriptor } from './check-descriptor.js';
export {
  bufferName,
  checkByteRange,
  checkFillValue,
  checkStridedCopy,
  checkStridedRange,
  wholeBuffer,
} from './transfer-range.js';
