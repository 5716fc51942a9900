import { type DeviceBuffer, enqueueHostWork, hostBytes, type Stream, type Tensor } from '@dg/runtime';
import { isUe8m0Value } from '../formats/ue8m0.js';
import { hostWords } from './host-words.js';
import { scaleExtents } from './scale-extents.js';

/** The check on `cpu`: writes the row-major index of the first scale that is no power of two to `status`. */
export function enqueueHostPowerOfTwoCheck(
  scales: Tensor<'float32'>,
  status: DeviceBuffer,
  stream: Stream,
): void {
  const { mn, k, batchStride, mnStride, kStride } = scaleExtents(scales);
  const words = hostWords(scales);
  const found = new Uint32Array(hostBytes(status).buffer, 0, 1);
  enqueueHostWork(stream, () => {
    for (let index = 0; index < scales.elementCount; index++) {
      const row = Math.floor(index / k) % mn;
      const batch = Math.floor(index / k / mn);
      if (isUe8m0Value(words[batch * batchStride + row * mnStride + (index % k) * kStride]!)) continue;
      found[0] = index;
      return;
    }
  });
}
