import { DgValidationError, Tensor } from '@dg/runtime';

/** Throws the error of a wrong argument: `operation: expected X but received Z`. */
export function reject(operation: string, expected: string, received: string): never {
  throw new DgValidationError(`${operation}: expected ${expected} but received ${received}`);
}

const longestTextShown = 60;

/** What a message says about a value that was not wanted. Takes anything and never throws. */
export function describe(value: unknown): string {
  if (value instanceof Tensor) return `a ${value.dtype} tensor of shape ${describeList(value.shape)}`;
  if (typeof value === 'string') return JSON.stringify(value.slice(0, longestTextShown));
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

export function describeList(values: readonly number[]): string {
  return `[${values.join(', ')}]`;
}
