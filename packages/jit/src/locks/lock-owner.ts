import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Who holds a lock: written into its file, for those who wait. */
export interface LockOwner {
  /** Of the thread. */
  readonly id: string;
  readonly process: number;
  readonly host: string;
}

const KEY = Symbol.for('dg.jit.lock-owner');

/** This thread. Kept outside the module, so that its ESM and its CommonJS copy in one thread are one owner. */
export function thisOwner(): LockOwner {
  const keeper = globalThis as { [KEY]?: LockOwner };
  keeper[KEY] ??= { id: randomUUID(), process: process.pid, host: hostname() };
  return keeper[KEY];
}

/** `undefined` for anything else, such as half a record. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockOwner> | null;
    return typeof value?.id === 'string' ? (value as LockOwner) : undefined;
  } catch {
    return undefined;
  }
}
