/** A matrix in host memory, of which either dimension may be the contiguous one. */
export interface HostMatrix {
  readonly elements: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

export function hostMatrix(elements: Float32Array, rows: number, columns: number): HostMatrix {
  return { elements, rows, columns, rowStride: columns, columnStride: 1 };
}

export function transposed({ elements, rows, columns, rowStride, columnStride }: HostMatrix): HostMatrix {
  return { elements, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride };
}

/** Some rows of A · B, in float64, one after the other. */
export function productRows(a: HostMatrix, b: HostMatrix, rows: readonly number[]): Float64Array {
  const product = new Float64Array(rows.length * b.columns);
  rows.forEach((row, place) => {
    const start = place * b.columns;
    for (let k = 0; k < a.columns; k++) {
      const factor = a.elements[row * a.rowStride + k * a.columnStride]!;
      for (let column = 0; column < b.columns; column++) {
        product[start + column]! += factor * b.elements[k * b.rowStride + column * b.columnStride]!;
      }
    }
  });
  return product;
}
