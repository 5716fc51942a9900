import type { Device, Stream } from '@dg/runtime';
import { describe, reject } from './reject.js';

/** Returns `value` when it is left out or an object. */
export function requireOptions<T extends object>(operation: string, value: unknown, none: T): T {
  if (value === undefined) return none;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reject(operation, 'options to be an object', describe(value));
  }
  return value as T;
}

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
    reject(operation, `${choices.map(describe).join(' or ')} for ${option}`, describe(value));
  }
  return value as T;
}

/** The stream to enqueue on: `value`, or the device's default stream when left out. */
export function requireStream(operation: string, value: unknown, device: Device): Stream {
  if (value === undefined) return device.defaultStream;
  if (!isStream(value)) reject(operation, 'stream to be a Stream', describe(value));
  if (value.device !== device) {
    reject(operation, `stream of device ${device.name}`, `a stream of ${value.device?.name}`);
  }
  if (value.destroyed) reject(operation, 'stream to be a living stream', 'a destroyed one');
  return value;
}

function isStream(value: unknown): value is Stream {
  return (
    typeof value === 'object' && value !== null && typeof (value as Partial<Stream>).capture === 'function'
  );
}
