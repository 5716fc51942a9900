import { powerOfTwoCheckKernel, powerOfTwoCheckThreads } from '@dg/kernels';
import { ceilDiv, type DeviceBuffer, type KernelDevice, type Stream, type Tensor } from '@dg/runtime';
import { scaleExtents } from './scale-extents.js';

/** Lowers the uint32 in `status` to the row-major index of the first scale that is no power of two. */
export function launchPowerOfTwoCheck(
  device: KernelDevice,
  scales: Tensor<'float32'>,
  status: DeviceBuffer,
  stream: Stream,
): void {
  const { mn, k, batchStride, mnStride, kStride } = scaleExtents(scales);
  device.kernel(powerOfTwoCheckKernel).launch({
    grid: [ceilDiv(scales.elementCount, powerOfTwoCheckThreads), 1, 1],
    block: [powerOfTwoCheckThreads, 1, 1],
    stream,
    arguments: [
      { type: 'address', buffer: scales.buffer, byteOffset: scales.byteOffset },
      { type: 'int64', value: batchStride },
      { type: 'int64', value: mnStride },
      { type: 'int64', value: kStride },
      { type: 'int64', value: mn },
      { type: 'int64', value: k },
      { type: 'uint32', value: scales.elementCount },
      { type: 'address', buffer: status, byteOffset: 0 },
    ],
  });
}
