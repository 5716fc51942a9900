import type { SharedVariable } from './ptx-body.js';

/** The first KiB of shared memory belongs to the system; the kernel's own starts at a multiple of every swizzle period. */
export const sharedBase = 1024;

const alignUp = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple;

export interface SharedLayout {
  readonly addresses: ReadonlyMap<string, number>;
  readonly staticBytes: number;
}

/** Static variables first; every `extern` array starts where they end. */
export function layOutShared(variables: readonly SharedVariable[]): SharedLayout {
  const addresses = new Map<string, number>();
  let end = sharedBase;
  for (const { name, bytes, alignBytes } of variables) {
    if (bytes === 0) continue;
    end = alignUp(end, alignBytes);
    addresses.set(name, end);
    end += bytes;
  }
  for (const { name, bytes, alignBytes } of variables) {
    if (bytes > 0) continue;
    end = alignUp(end, alignBytes);
    addresses.set(name, end);
  }
  return { addresses, staticBytes: end - sharedBase };
}
