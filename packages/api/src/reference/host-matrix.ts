import { hostBytes, type Tensor } from '@dg/runtime';

/** A matrix in host memory: element [i, j] is `elements[offset + i * rowStride + j * columnStride]`. */
export interface HostMatrix<T> {
  readonly elements: T;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

interface HostView<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/** Views a rank-2 tensor of the cpu device as elements of the given typed array; nothing is copied. */
export function hostMatrix<T>(tensor: Tensor, view: HostView<T>): HostMatrix<T> {
  const bytes = hostBytes(tensor.buffer);
  const length = Math.floor(bytes.byteLength / view.BYTES_PER_ELEMENT);
  return {
    elements: new view(bytes.buffer, bytes.byteOffset, length),
    offset: tensor.offset,
    rowStride: tensor.strides[0]!,
    columnStride: tensor.strides[1]!,
  };
}
