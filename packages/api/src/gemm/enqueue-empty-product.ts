import { bytesPerElement, type Stream, type Tensor } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { isSameView } from '../validation/overlaps.js';

/** K = 0: D [(G,) M, N] becomes C, or 0 without C. */
export function enqueueEmptyProduct(operands: GemmOperands, stream: Stream): void {
  const { c, d } = operands;
  if (c === undefined) {
    d.fillZero({ stream });
  } else if (!isSameView(c, d)) {
    const groups = d.rank === 3 ? d.shape[0]! : 1;
    for (let group = 0; group < groups; group++) enqueueCopy(c, d, group, stream);
  }
}

function enqueueCopy(c: Tensor, d: Tensor, group: number, stream: Stream): void {
  const bytes = bytesPerElement(d.dtype);
  const rows = d.rank - 2;
  const startOf = (tensor: Tensor) =>
    tensor.byteOffset + (tensor.rank === 3 ? group * tensor.strides[0]! * bytes : 0);
  d.buffer.copyFrom(
    c.buffer,
    {
      sourceByteOffset: startOf(c),
      sourcePitchBytes: c.strides[rows]! * bytes,
      byteOffset: startOf(d),
      pitchBytes: d.strides[rows]! * bytes,
      rowBytes: d.shape[rows + 1]! * bytes,
      rows: d.shape[rows]!,
    },
    { stream },
  );
}
