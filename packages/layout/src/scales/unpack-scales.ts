import type { Stream, Tensor } from '@dg/runtime';
import { enqueueHostUnpackUe8m0 } from './host-unpack-ue8m0.js';
import { launchUnpackUe8m0 } from './launch-unpack-ue8m0.js';
import { newMnMajorTensor } from './new-mn-major-tensor.js';

/** Packed [(G,) mn, ceilDiv(k, 4)] → a new float32 tensor [(G,) mn, k], MN-major and TMA-aligned. Enqueued. */
export function unpackScales(packed: Tensor<'int32'>, k: number, stream: Stream): Tensor<'float32'> {
  const { device } = packed;
  const shape = [...packed.shape.slice(0, -1), k];
  return newMnMajorTensor(device, 'float32', shape, (destination) => {
    if (device.executesKernels) launchUnpackUe8m0(device, packed, destination, stream);
    else enqueueHostUnpackUe8m0(packed, destination, stream);
  });
}
