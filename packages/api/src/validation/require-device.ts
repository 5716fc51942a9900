import type { Device, Tensor } from '@dg/runtime';
import { reject } from './reject.js';

/** Throws unless the tensor lies on the device. */
export function requireOnDevice(operation: string, argument: string, tensor: Tensor, device: Device): void {
  if (tensor.device !== device) {
    reject(
      operation,
      `${argument} on device ${device.name} (that of d)`,
      `a tensor on ${tensor.device.name}`,
    );
  }
}

export function requireLivingDevice(operation: string, device: Device): void {
  if (device.destroyed) reject(operation, `device ${device.name} to be living`, 'a destroyed one');
}
