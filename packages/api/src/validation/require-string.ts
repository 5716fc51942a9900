import { describeValue, reject } from '@dg/runtime';

/** Returns `value` when it is a text that is not empty. */
export function requireString(operation: string, option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    reject(operation, `${option} to be a string that is not empty`, describeValue(value));
  }
  return value;
}
