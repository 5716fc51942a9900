import { describeValue, reject } from '@dg/runtime';

/** Returns `value` when it is a boolean, `false` when it is left out. */
export function requireBoolean(operation: string, option: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') reject(operation, `${option} to be a boolean`, describeValue(value));
  return value;
}
