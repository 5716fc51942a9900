import { InvalidArgumentError } from 'commander';

/** An integer of at least 1. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError(`expected an integer of at least 1 but received ${text}`);
  }
  return value;
}
