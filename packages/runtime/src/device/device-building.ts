/** What a device in another package is built from, so that it checks and says the same as the devices here. */

export { allocateHostMemory } from '../cpu/allocate-host-memory.js';
export { checkLaunch, type LaunchLimits } from '../cuda/check-launch.js';
export { checkTensorMap } from '../cuda/check-tensor-map.js';
export { KernelCache } from '../cuda/kernel-cache.js';
export { disposeSymbol } from '../dispose-symbol.js';
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
