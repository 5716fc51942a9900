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
    const sums = product.subarray(place * b.columns, (place + 1) * b.columns);
    const factors = Float64Array.from({ length: a.columns }, (_, k) => elementOf(a, row, k));
    // The inner loop goes along the memory of B: the other way round it takes many times longer.
    if (b.columnStride === 1) addRows(factors, b, sums);
    else addColumns(factors, b, sums);
  });
  return product;
}

function elementOf({ elements, rowStride, columnStride }: HostMatrix, row: number, column: number): number {
  return elements[row * rowStride + column * columnStride]!;
}

function addRows(factors: Float64Array, { elements, rowStride }: HostMatrix, sums: Float64Array): void {
  for (let k = 0; k < factors.length; k++) {
    for (let column = 0; column < sums.length; column++) {
      sums[column]! += factors[k]! * elements[k * rowStride + column]!;
    }
  }
}

function addColumns(factors: Float64Array, b: HostMatrix, sums: Float64Array): void {
  const { elements, rowStride, columnStride } = b;
  for (let column = 0; column < sums.length; column++) {
    for (let k = 0; k < factors.length; k++) {
      sums[column]! += factors[k]! * elements[column * columnStride + k * rowStride]!;
    }
  }
}
