import type { Device } from '../device/device.js';
import type { Stream } from '../device/stream.js';
import { describeValue } from './describe-value.js';
import { reject } from './reject.js';

/** Returns `value` when it is an object, `none` when it is left out. */
export function requireOptions<T extends object>(operation: string, value: unknown, none: T): T {
  if (value === undefined) return none;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reject(operation, 'options to be an object', describeValue(value));
  }
  return value as T;
}

/** The stream to enqueue on: `value`, or the default stream of the device, that of argument `of`, when left out. */
export function requireStream(operation: string, value: unknown, device: Device, of: string): Stream {
  if (value === undefined) return device.defaultStream;
  if (!isStream(value)) reject(operation, 'stream to be a Stream', describeValue(value));
  if (value.device !== device) {
    reject(operation, `stream of device ${device.name} (that of ${of})`, `a stream of ${value.device?.name}`);
  }
  if (value.destroyed) reject(operation, 'stream to be a living stream', 'a destroyed one');
  return value;
}

function isStream(value: unknown): value is Stream {
  return (
    typeof value === 'object' && value !== null && typeof (value as Partial<Stream>).capture === 'function'
  );
}
