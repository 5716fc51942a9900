import { type Device, describeValue, reject } from '@dg/runtime';

/** Returns `value` when it is a device that has not been destroyed. */
export function requireDevice(operation: string, value: unknown): Device {
  if (!isDevice(value)) reject(operation, 'device to be a Device', describeValue(value));
  if (value.destroyed) reject(operation, `device ${value.name} to be living`, 'a destroyed one');
  return value;
}

function isDevice(value: unknown): value is Device {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Device>).executesKernels === 'boolean' &&
    typeof (value as Partial<Device>).properties === 'object'
  );
}
