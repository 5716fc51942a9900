import { DgValidationError } from '@dg/jit';

/** Row-major strides, in elements. A dimension of length 0 counts as 1, so that strides stay positive. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    strides[dim] = stride;
    stride *= Math.max(1, shape[dim]!);
  }
  return strides;
}

export function elementCountOf(shape: readonly number[]): number {
  let count = 1;
  for (const length of shape) count *= length;
  return count;
}

/** Elements from the first one touched to just after the last one; 0 when the shape is empty. */
export function spanOf(shape: readonly number[], strides: readonly number[]): number {
  let last = 0;
  for (let dim = 0; dim < shape.length; dim++) {
    if (shape[dim] === 0) return 0;
    last += (shape[dim]! - 1) * strides[dim]!;
  }
  return last + 1;
}

/** True when the elements lie in row-major order without gaps. Strides of dimensions of length 1 do not matter. */
export function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    const length = shape[dim]!;
    if (length === 0) return true;
    if (length !== 1 && strides[dim] !== expected) return false;
    expected *= length;
  }
  return true;
}

/** Throws DgValidationError unless every entry, and the product, is an integer from 0 to 2^53 - 1. */
export function checkShape(shape: readonly number[], where: string): void {
  checkIntegers(shape, `shape of ${where}`);
  const count = elementCountOf(shape.map((length) => Math.max(1, length)));
  if (!Number.isSafeInteger(count)) {
    throw new DgValidationError(
      `expected fewer than 2^53 elements for shape of ${where} but received [${shape.join(', ')}]`,
    );
  }
}

/** Throws DgValidationError unless there is one stride per dimension, an integer from 0 to 2^53 - 1. */
export function checkStrides(strides: readonly number[], rank: number, where: string): void {
  checkIntegers(strides, `strides of ${where}`);
  if (strides.length !== rank) {
    throw new DgValidationError(
      `expected ${rank} entries for strides of ${where} but received [${strides.join(', ')}]`,
    );
  }
}

function checkIntegers(values: readonly number[], what: string): void {
  for (const value of values) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new DgValidationError(
        `expected integers of at least 0 for ${what} but received [${values.join(', ')}]`,
      );
    }
  }
}
