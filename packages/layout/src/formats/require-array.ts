import { describeValue, reject } from '@dg/runtime';

type FormatArray = Float32Array | Uint8Array | Uint16Array;

/** Returns `value` when it is an array of the type and, where one is asked for, of the length. */
export function requireArray<T extends FormatArray>(
  operation: string,
  argument: string,
  value: unknown,
  type: { readonly name: string; new (length: number): T },
  length?: number,
): T {
  if (!(value instanceof type)) reject(operation, `${argument} to be a ${type.name}`, describeValue(value));
  if (length !== undefined && value.length !== length) {
    reject(operation, `${length} elements for ${argument}`, `${value.length}`);
  }
  return value;
}
