import { InvalidArgumentError } from 'commander';

const bytesPer = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;
const millisecondsPer = { min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `512MiB` → bytes. */
export function parseBytes(text: string): number {
  return parseWithUnit(text, bytesPer);
}

/** `30d` → milliseconds. */
export function parseAge(text: string): number {
  return parseWithUnit(text, millisecondsPer);
}

function parseWithUnit(text: string, units: Readonly<Record<string, number>>): number {
  const [, count, name = ''] = /^(\d{1,9}(?:\.\d+)?) ?([A-Za-z]+)$/.exec(text) ?? [];
  const size = units[name];
  if (count === undefined || size === undefined) {
    throw new InvalidArgumentError(
      `expected a number with ${Object.keys(units).join(', ')} but received ${text}`,
    );
  }
  return Math.round(Number(count) * size);
}
