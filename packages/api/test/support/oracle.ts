/** A GEMM on the host, in plain numbers: a [M, K], b [N, K], c [M, N], row-major without gaps. */
export interface HostGemm {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array | undefined;
  /** [M, ceilDiv(K, 128)] and [ceilDiv(N, scaleRowsB), ceilDiv(K, 128)]; undefined without scales. */
  readonly scalesA: Float32Array | undefined;
  readonly scalesB: Float32Array | undefined;
  /** Rows of B that share a scale; 128 when left out. */
  readonly scaleRowsB?: 1 | 128;
}

export interface OracleRow {
  readonly row: number;
  /** D of the row in float64. */
  readonly values: Float64Array;
  /** Σ|a·b|, scales included, of each element. */
  readonly magnitudes: Float64Array;
}

const scaleBlock = 128;

/** One row of D by the definition of NUMERICS, every operation in float64. */
export function oracleRow(gemm: HostGemm, row: number): OracleRow {
  const { n, k, a, b, c, scalesA, scalesB, scaleRowsB = scaleBlock } = gemm;
  const blocksOfK = Math.ceil(k / scaleBlock);
  const values = new Float64Array(n);
  const magnitudes = new Float64Array(n);
  for (let column = 0; column < n; column++) {
    let value = c === undefined ? 0 : c[row * n + column]!;
    let magnitude = 0;
    for (let block = 0; block < blocksOfK; block++) {
      const scale =
        scalesA === undefined || scalesB === undefined
          ? 1
          : scalesA[row * blocksOfK + block]! * scalesB[Math.floor(column / scaleRowsB) * blocksOfK + block]!;
      const end = Math.min(k, (block + 1) * scaleBlock);
      for (let x = block * scaleBlock; x < end; x++) {
        const product = a[row * k + x]! * b[column * k + x]! * scale;
        value += product;
        magnitude += Math.abs(product);
      }
    }
    values[column] = value;
    magnitudes[column] = magnitude;
  }
  return { row, values, magnitudes };
}

/** 1 - 2·Σxy / Σ(x² + y²): 0 for equal matrices, also when both are zero. */
export function diff(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let products = 0;
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    products += x[i]! * y[i]!;
    squares += x[i]! ** 2 + y[i]! ** 2;
  }
  return squares === 0 ? 0 : 1 - (2 * products) / squares;
}
