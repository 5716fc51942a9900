import { DgOutOfMemoryError } from '../errors/dg-out-of-memory-error.js';

/** Zeroed host memory. Throws DgOutOfMemoryError when Node cannot give it. */
export function allocateHostMemory(byteLength: number, what: string): Uint8Array {
  try {
    return new Uint8Array(byteLength);
  } catch (cause) {
    throw new DgOutOfMemoryError(
      byteLength,
      `expected ${byteLength} bytes of host memory for ${what} but received an allocation failure; ` +
        'free some memory, or stay below the longest ArrayBuffer (about 2^32 bytes on Node 20, 2^53 on newer releases)',
      { cause },
    );
  }
}
