import { type Device, reject } from '@dg/runtime';

export function requireLivingDevice(operation: string, device: Device): void {
  if (device.destroyed) reject(operation, `device ${device.name} to be living`, 'a destroyed one');
}
