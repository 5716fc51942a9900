import type { DType, HostArrayOf, Tensor } from '@dg/runtime';
import type { ScaledRows } from '../operations/scaled-rows.js';

/** Rows of the last dimension, counted over all those before it, one after the other. */
export async function readRows<T extends DType>(
  tensor: Tensor<T>,
  rows: readonly number[],
): Promise<HostArrayOf[T]> {
  const columns = tensor.shape.at(-1)!;
  const matrix = tensor.reshape([tensor.elementCount / columns, columns]);
  const read = await Promise.all(rows.map((row) => matrix.slice(0, row, row + 1).read()));
  return concatenate(read, columns);
}

/** The scales of rows, those of a row side by side. */
export async function readScaleRows(
  { scales }: ScaledRows,
  rows: readonly number[],
): Promise<Float32Array<ArrayBuffer>> {
  // As a whole, because neighbours in a row lie far apart.
  const all = await scales.read();
  const columns = scales.shape[2]!;
  const read = rows.map((row) => all.slice(row * columns, (row + 1) * columns));
  return concatenate<'float32'>(read, columns) as Float32Array<ArrayBuffer>;
}

function concatenate<T extends DType>(parts: readonly HostArrayOf[T][], length: number): HostArrayOf[T] {
  const all = new (parts[0]!.constructor as new (length: number) => HostArrayOf[T])(parts.length * length);
  parts.forEach((part, index) => {
    all.set(part, index * length);
  });
  return all;
}
