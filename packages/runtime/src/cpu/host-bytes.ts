import { DgValidationError } from '@dg/jit';
import type { DeviceBuffer } from '../device/device-buffer.js';
import { HostBuffer } from '../host/host-buffer.js';

/**
 * The memory of a `cpu` buffer, not a copy; it starts at the start of its ArrayBuffer, so that views of every element type
 * fit. For reference implementations: take it before `enqueueHostWork` and write to it inside, so that a graph keeps it.
 *
 * @throws DgValidationError for a buffer of another kind of device, or a destroyed one.
 */
export function hostBytes(buffer: DeviceBuffer): Uint8Array {
  if (!(buffer instanceof HostBuffer) || buffer.device.kind !== 'cpu') {
    throw new DgValidationError(
      `expected a buffer of the cpu device for hostBytes but received one of ${buffer.device.name}`,
    );
  }
  return buffer.storage.bytes;
}
