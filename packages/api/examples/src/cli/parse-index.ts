import { InvalidArgumentError } from 'commander';

/** An option's value as an index or a seed. Throws InvalidArgumentError unless it is an integer of at least 0. */
export function parseIndex(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError(`expected an integer of at least 0 but received ${text}`);
  }
  return value;
}
