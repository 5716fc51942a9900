import { inspect, isDeepStrictEqual } from 'node:util';

/** Throws an Error with both values unless they are deeply equal. For checks that also run outside of vitest. */
export function expectEqual(actual: unknown, expected: unknown, name: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`expected ${inspect(expected)} for ${name} but received ${inspect(actual)}`);
}
