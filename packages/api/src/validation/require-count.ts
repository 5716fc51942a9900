import { describeValue, reject } from '@dg/runtime';

/** Returns `value` when it is an integer of at least 1. */
export function requireCount(operation: string, option: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    reject(operation, `${option} to be an integer of at least 1`, describeValue(value));
  }
  return value as number;
}
