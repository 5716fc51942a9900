import { type Device, type DType, type HostArray, type HostArrayOf, Tensor } from '@dg/runtime';

export interface MatrixLayout {
  readonly strides: readonly [row: number, column: number];
  /** Elements in front of the matrix and behind it. */
  readonly margin: number;
}

type HostArrayType = { new (length: number): HostArray };

/** Every byte 0xff: NaN in every float type, so that an element read by mistake shows in the result. */
const poison = 0xff;

/** Uploads row-major codes into a larger buffer, at the given strides, with poison in all other places. */
export function poisonedMatrix<T extends DType>(
  device: Device,
  codes: HostArray,
  rows: number,
  columns: number,
  dtype: T,
  layout: MatrixLayout,
): Tensor<T> {
  const [rowStride, columnStride] = layout.strides;
  const span = rows * columns === 0 ? 0 : (rows - 1) * rowStride + (columns - 1) * columnStride + 1;
  const image = new (codes.constructor as HostArrayType)(span + 2 * layout.margin);
  new Uint8Array(image.buffer).fill(poison);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      image[layout.margin + i * rowStride + j * columnStride] = codes[i * columns + j]!;
    }
  }
  const whole = device.tensor(image as HostArrayOf[T], [image.length], dtype);
  return new Tensor({
    buffer: whole.buffer,
    dtype,
    shape: [rows, columns],
    strides: layout.strides,
    offset: layout.margin,
  });
}
