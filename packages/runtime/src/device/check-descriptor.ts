import { DgValidationError } from '@dg/jit';
import type { BufferDescriptor } from './device.js';

/** Throws DgValidationError unless the byte length is an integer from 0 to 2^53 - 1. */
export function checkBufferDescriptor(descriptor: BufferDescriptor): void {
  if (!Number.isSafeInteger(descriptor.byteLength) || descriptor.byteLength < 0) {
    throw new DgValidationError(
      `expected an integer of at least 0 for byteLength of ${descriptor.label ?? 'buffer'} ` +
        `but received ${descriptor.byteLength}`,
    );
  }
}
