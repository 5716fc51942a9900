import { DgValidationError } from '@dg/jit';
import { bytesPerElement, type DType, type HostArray, type HostArrayOf } from './dtype.js';

const constructors = {
  float8_e4m3fn: Uint8Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;

/** A typed array of `dtype` over the bytes of `bytes`; `bytes` must start on an element boundary. */
export function viewAs<T extends DType>(bytes: Uint8Array, dtype: T): HostArrayOf[T] {
  const view = new constructors[dtype](
    bytes.buffer as ArrayBuffer,
    bytes.byteOffset,
    bytes.byteLength / bytesPerElement(dtype),
  );
  return view as HostArrayOf[T];
}

/** Throws DgValidationError unless `data` is the typed array of `dtype` with `elementCount` entries. */
export function checkHostArray(data: HostArray, dtype: DType, elementCount: number, where: string): void {
  // By name, so that typed arrays made in another realm (a vm context, a test runner) pass.
  const received = Object.prototype.toString.call(data).slice('[object '.length, -1);
  const expected = constructors[dtype].name;
  if (received !== expected) {
    throw new DgValidationError(
      `expected a ${expected} for data of ${where} (${dtype}) but received ${received}`,
    );
  }
  if (data.length !== elementCount) {
    throw new DgValidationError(
      `expected ${elementCount} elements for data of ${where} but received ${data.length}`,
    );
  }
}

/** A typed array of `dtype` with `elementCount` zeros. */
export function newHostArray<T extends DType>(dtype: T, elementCount: number): HostArrayOf[T] {
  return new constructors[dtype](elementCount) as HostArrayOf[T];
}

export function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
