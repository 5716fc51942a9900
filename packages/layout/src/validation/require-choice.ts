import { describeValue, reject } from '@dg/runtime';

/** Returns `value` when it is one of the choices, `fallback` when it is left out. */
export function requireChoice<T extends string | number | boolean>(
  operation: string,
  option: string,
  value: unknown,
  choices: readonly T[],
  fallback: T,
): T {
  if (value === undefined) return fallback;
  if (!choices.includes(value as T)) {
    reject(operation, `${choices.map(describeValue).join(' or ')} for ${option}`, describeValue(value));
  }
  return value as T;
}
