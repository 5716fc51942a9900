import { allocateHostMemory } from '../host/allocate-host-memory.js';
import type { HostStorage } from '../host/host-storage.js';

/** Memory of the `cpu` device: one ArrayBuffer, which goes when nothing refers to it any more. */
export class CpuStorage implements HostStorage {
  readonly bytes: Uint8Array;
  readonly byteLength: number;
  readonly pointer = 0n;
  readonly written = undefined;

  /** Throws DgOutOfMemoryError that names `what`. */
  constructor(byteLength: number, what: string) {
    this.bytes = allocateHostMemory(byteLength, what);
    this.byteLength = byteLength;
  }

  retain(): void {}

  release(): void {}
}
