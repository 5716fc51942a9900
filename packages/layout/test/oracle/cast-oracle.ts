/** The casts of NUMERICS, element by element in float64 and on values, apart from the library's own code. */
export interface CastOracleInput {
  /** Row-major [rows, columns]. */
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly groupRows: number;
  readonly groupColumns: number;
  readonly ue8m0: boolean;
}

export interface CastOracleResult {
  /** Row-major [rows, columns]. */
  readonly codes: Uint8Array;
  /** Row-major [ceil(rows / groupRows), ceil(columns / groupColumns)]. */
  readonly scales: Float32Array;
}

export function castOracle(input: CastOracleInput): CastOracleResult {
  const { values, rows, columns, groupRows, groupColumns, ue8m0 } = input;
  const scaleRows = Math.ceil(rows / groupRows);
  const scaleColumns = Math.ceil(columns / groupColumns);
  const groupOf = (index: number) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    return Math.floor(row / groupRows) * scaleColumns + Math.floor(column / groupColumns);
  };

  const amax = new Array<number>(scaleRows * scaleColumns).fill(Math.fround(1e-4));
  values.forEach((value, index) => {
    const group = groupOf(index);
    if (!Number.isNaN(value)) amax[group] = Math.max(amax[group]!, Math.abs(value));
  });
  const scales = Float32Array.from(amax, (largest) => {
    const scale = Math.fround(largest / 448);
    return ue8m0 ? powerOfTwoFrom(scale) : scale;
  });
  const codes = new Uint8Array(values.length);
  values.forEach((value, index) => {
    const inverse = Math.fround(1 / scales[groupOf(index)]!);
    codes[index] = nearestCode(Math.fround(value * inverse));
  });
  return { codes, scales };
}

/** The least normal power of two that is not below the scale; 2^127 for what is larger. */
function powerOfTwoFrom(scale: number): number {
  let power = 2 ** -126;
  while (power < scale && power < 2 ** 127) power *= 2;
  return power;
}

const nanCode = 0x7f;

/** Values of codes 0 to 0x7e in ascending order: eight steps per power of two, subnormal steps below 2^-6. */
const magnitudes = Array.from({ length: 0x7f }, (_, code) => {
  const power = Math.floor(code / 8);
  const step = code % 8;
  return power === 0 ? (step / 8) * 2 ** -6 : (1 + step / 8) * 2 ** (power - 7);
});

function nearestCode(value: number): number {
  if (Number.isNaN(value)) return nanCode;
  const magnitude = Math.min(Math.abs(value), 448);
  let low = 0;
  let high = magnitudes.length - 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (magnitudes[middle]! <= magnitude) low = middle;
    else high = middle;
  }
  const below = magnitude - magnitudes[low]!;
  const above = magnitudes[high]! - magnitude;
  const takeHigh = above < below || (above === below && high % 2 === 0);
  const negative = value < 0 || Object.is(value, -0);
  return (negative ? 0x80 : 0) + (takeHigh ? high : low);
}
