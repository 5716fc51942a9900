import { bytesPerElement, type Stream, type Tensor } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { isSameView } from '../validation/overlaps.js';

/** K = 0: D becomes C, or 0 without C. */
export function enqueueEmptyProduct(operands: GemmOperands, stream: Stream): void {
  const { c, d } = operands;
  if (c === undefined) {
    d.buffer.fill(0, { byteOffset: d.byteOffset, ...rowsOf(d) }, { stream });
  } else if (!isSameView(c, d)) {
    d.buffer.copyFrom(
      c.buffer,
      {
        sourceByteOffset: c.byteOffset,
        sourcePitchBytes: rowsOf(c).pitchBytes,
        byteOffset: d.byteOffset,
        ...rowsOf(d),
      },
      { stream },
    );
  }
}

function rowsOf(matrix: Tensor): { rowBytes: number; rows: number; pitchBytes: number } {
  const bytes = bytesPerElement(matrix.dtype);
  return {
    rowBytes: matrix.shape[1]! * bytes,
    rows: matrix.shape[0]!,
    pitchBytes: matrix.strides[0]! * bytes,
  };
}
