import { enqueueHostWork, type Stream, type Tensor } from '@dg/runtime';
import { ue8m0ValueBits } from '../formats/ue8m0.js';
import { hostWords } from './host-words.js';
import { alignedScaleRows } from './new-mn-major-tensor.js';
import { codesPerWord } from './pack-problem.js';
import { scaleExtents } from './scale-extents.js';

/** Unpacking on `cpu`. */
export function enqueueHostUnpackUe8m0(
  packed: Tensor<'int32'>,
  destination: Tensor<'float32'>,
  stream: Stream,
): void {
  const { batches, mn, batchStride, mnStride, kStride } = scaleExtents(packed);
  const { k } = scaleExtents(destination);
  const alignedMn = alignedScaleRows(mn);
  const from = hostWords(packed);
  const to = hostWords(destination);
  enqueueHostWork(stream, () => {
    for (let batch = 0; batch < batches; batch++) {
      for (let column = 0; column < k; column++) {
        const start = (batch * k + column) * alignedMn;
        const word = batch * batchStride + Math.floor(column / codesPerWord) * kStride;
        const shift = 8 * (column % codesPerWord);
        for (let row = 0; row < mn; row++) {
          to[start + row] = ue8m0ValueBits((from[word + row * mnStride]! >>> shift) & 0xff);
        }
        to.fill(0, start + mn, start + alignedMn);
      }
    }
  });
}
