/** Element types. `float8_e4m3fn` and `bfloat16` travel as raw codes in Uint8Array and Uint16Array. */
export type DType = 'float8_e4m3fn' | 'bfloat16' | 'float32' | 'int32' | 'uint8';

export type HostArray = Uint8Array | Uint16Array | Float32Array | Int32Array;

export interface HostArrayOf {
  float8_e4m3fn: Uint8Array;
  bfloat16: Uint16Array;
  float32: Float32Array;
  int32: Int32Array;
  uint8: Uint8Array;
}

const bytes: Record<DType, number> = { float8_e4m3fn: 1, bfloat16: 2, float32: 4, int32: 4, uint8: 1 };

export function bytesPerElement(dtype: DType): number {
  return bytes[dtype];
}

export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(bytes, value);
}
