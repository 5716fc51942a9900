import { hostBytes, type Tensor } from '@dg/runtime';

/** A matrix in host memory: element [i, j] is `elements[offset + i * rowStride + j * columnStride]`. */
export interface HostMatrix<T> {
  readonly elements: T;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Matrices of one shape in host memory, `groupStride` elements apart. */
export interface HostMatrices<T> extends HostMatrix<T> {
  readonly groupStride: number;
}

interface HostView<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/**
 * Views a tensor of the cpu device, [(G,) rows, columns] or one-dimensional, as elements of the given typed array; nothing is
 * copied. What has no groups is the same for all of them.
 */
export function hostMatrices<T>(tensor: Tensor, view: HostView<T>): HostMatrices<T> {
  const { rank, strides } = tensor;
  const bytes = hostBytes(tensor.buffer);
  const length = Math.floor(bytes.byteLength / view.BYTES_PER_ELEMENT);
  return {
    elements: new view(bytes.buffer, bytes.byteOffset, length),
    offset: tensor.offset,
    groupStride: rank === 3 ? strides[0]! : 0,
    rowStride: rank === 1 ? 0 : strides[rank - 2]!,
    columnStride: strides[rank - 1]!,
  };
}

/** The matrix of one group from one of its elements on. */
export function matrixFrom<T>(
  matrices: HostMatrices<T>,
  group: number,
  row: number,
  column: number,
): HostMatrix<T> {
  const { elements, offset, groupStride, rowStride, columnStride } = matrices;
  return {
    elements,
    offset: offset + group * groupStride + row * rowStride + column * columnStride,
    rowStride,
    columnStride,
  };
}
