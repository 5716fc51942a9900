import { DgValidationError } from '@dg/runtime';

/** A size, several, or all from one to another: `{ from: 128, to: 65536, step: 128 }`. */
export type Extent =
  | number
  | readonly number[]
  | { readonly from: number; readonly to: number; readonly step?: number };

/** So many sizes in one range are a mistake. */
const mostSizes = 2 ** 20;

/**
 * Every size of an extent, in order.
 *
 * @param name of the field, for the error.
 * @throws DgValidationError unless all are integers of at least 1.
 */
export function sizesOf(extent: unknown, name: string): readonly number[] {
  if (typeof extent === 'number') return [requireSize(extent, name)];
  if (Array.isArray(extent)) {
    if (extent.length === 0) fail(name, 'an empty list');
    return extent.map((size) => requireSize(size, name));
  }
  if (typeof extent !== 'object' || extent === null) return fail(name, JSON.stringify(extent));
  const range = extent as { from?: unknown; to?: unknown; step?: unknown };
  const from = requireSize(range.from, `${name}.from`);
  const to = requireSize(range.to, `${name}.to`);
  const step = requireSize(range.step ?? 1, `${name}.step`);
  const count = Math.floor((to - from) / step) + 1;
  if (count < 1 || count > mostSizes) fail(name, `${from} to ${to} by ${step}`);
  return Array.from({ length: count }, (_, index) => from + index * step);
}

function requireSize(value: unknown, name: string): number {
  return Number.isSafeInteger(value) && (value as number) >= 1
    ? (value as number)
    : fail(name, JSON.stringify(value));
}

function fail(name: string, received: string | undefined): never {
  throw new DgValidationError(
    `expected an integer of at least 1, a list of them, or { from, to, step? } with at most ${mostSizes} of them for ${name} but received ${received}`,
  );
}
