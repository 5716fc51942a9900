import { bytesPerElement, enqueueHostWork, hostBytes, type Stream, type Tensor } from '@dg/runtime';
import { mnMajorCopyExtents } from './mn-major-copy-extents.js';
import { getTmaAlignedSize } from './tma-alignment.js';

/** The copy of `getMnMajorTmaAlignedTensor` on `cpu`. Moves bits, so that NaN keep their payload. */
export function enqueueHostMnMajorCopy(source: Tensor, destination: Tensor, stream: Stream): void {
  const { batches, mn, k, batchStride, mnStride, kStride } = mnMajorCopyExtents(source);
  const alignedMn = getTmaAlignedSize(mn, bytesPerElement('float32'));
  const from = wordsOf(source);
  const to = wordsOf(destination);
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

function wordsOf(tensor: Tensor): Uint32Array {
  const bytes = hostBytes(tensor.buffer);
  const start = bytes.byteOffset + tensor.byteOffset;
  const words = Math.floor((bytes.byteLength - tensor.byteOffset) / Uint32Array.BYTES_PER_ELEMENT);
  return new Uint32Array(bytes.buffer, start, words);
}
