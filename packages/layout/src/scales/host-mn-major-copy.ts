import { enqueueHostWork, type Stream, type Tensor } from '@dg/runtime';
import { hostWords } from './host-words.js';
import { alignedScaleRows } from './new-mn-major-tensor.js';
import { scaleExtents } from './scale-extents.js';

/** The copy to the MN-major TMA-aligned layout on `cpu`. Moves bits, so that NaN keep their payload. */
export function enqueueHostMnMajorCopy(source: Tensor, destination: Tensor, stream: Stream): void {
  const { batches, mn, k, batchStride, mnStride, kStride } = scaleExtents(source);
  const alignedMn = alignedScaleRows(mn);
  const from = hostWords(source);
  const to = hostWords(destination);
  enqueueHostWork(stream, () => {
    for (let batch = 0; batch < batches; batch++) {
      for (let column = 0; column < k; column++) {
        const start = (batch * k + column) * alignedMn;
        for (let row = 0; row < mn; row++) {
          to[start + row] = from[batch * batchStride + row * mnStride + column * kStride]!;
        }
        to.fill(0, start + mn, start + alignedMn);
      }
    }
  });
}
