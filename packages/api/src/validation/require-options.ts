import type { Device, Stream } from '@dg/runtime';
import { describe } from './describe.js';
import { reject } from './reject.js';

/** Returns `value` when it is left out or an object. */
export function requireOptions<T extends object>(operation: string, value: unknown, none: T): T {
  if (value === undefined) return none;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reject(operation, 'options to be an object', describe(value));
  }
  return value as T;
}

/** The stream to enqueue on: `value`, or the device's default stream when left out. */
export function requireStream(operation: string, value: unknown, device: Device): Stream {
  if (value === undefined) return device.defaultStream;
  if (!isStream(value)) reject(operation, 'stream to be a Stream', describe(value));
  if (value.device !== device) {
    reject(operation, `stream of device ${device.name} (that of d)`, `a stream of ${value.device?.name}`);
  }
  if (value.destroyed) reject(operation, 'stream to be a living stream', 'a destroyed one');
  return value;
}

function isStream(value: unknown): value is Stream {
  return (
    typeof value === 'object' && value !== null && typeof (value as Partial<Stream>).capture === 'function'
  );
}

export function requireBoolean(operation: string, option: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') reject(operation, `${option} to be a boolean`, describe(value));
  return value;
}
