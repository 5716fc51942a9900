import { describeValue, reject } from '@dg/runtime';

/** Returns `value` when it is a boolean, `fallback` when it is left out. */
export function requireBoolean<Fallback extends boolean | undefined>(
  operation: string,
  option: string,
  value: unknown,
  fallback: Fallback,
): boolean | Fallback {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') reject(operation, `${option} to be a boolean`, describeValue(value));
  return value;
}
