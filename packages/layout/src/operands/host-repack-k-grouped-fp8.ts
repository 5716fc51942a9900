import { fp8KGroupRepackBlock as kPerBlock } from '@dg/kernels';
import { enqueueHostWork, hostBytes, type Stream, type Tensor } from '@dg/runtime';
import { hostKGroups } from '../groups/host-k-groups.js';
import { matrixBatch } from '../validation/matrix-batch.js';

/** The repacking on `cpu`. */
export function enqueueHostRepackKGroupedFp8(
  source: Tensor,
  ks: Tensor,
  destination: Tensor,
  stream: Stream,
): void {
  const { rows: mn, columns: sumK, rowStride: pitch } = matrixBatch(destination);
  const from = hostBytes(source.buffer).subarray(source.byteOffset);
  const to = hostBytes(destination.buffer).subarray(destination.byteOffset);
  const sizes = new Int32Array(hostBytes(ks.buffer).buffer, ks.byteOffset, ks.elementCount);
  enqueueHostWork(stream, () => {
    for (let row = 0; row < mn; row++) to.fill(0, row * pitch, row * pitch + sumK);
    for (const { firstBlock, blocks } of hostKGroups(sizes, kPerBlock, 1, sumK / kPerBlock)) {
      const first = firstBlock * kPerBlock;
      const k = blocks * kPerBlock;
      for (let row = 0; row < mn; row++) {
        const start = first * mn + row * k;
        to.set(from.subarray(start, start + k), row * pitch + first);
      }
    }
  });
}
