/** Memory of a device that runs work at once, shared by a buffer and the graphs that captured it. */
export interface HostStorage {
  readonly byteLength: number;
  /** Device address; 0n where the memory has none. */
  readonly pointer: bigint;
  /** The memory itself. Throws DgValidationError when its owner freed it, which happens to foreign pointers. */
  readonly bytes: Uint8Array;
  /** One byte for each of `bytes`, 1 where something was written; undefined where nobody keeps track. */
  readonly written: Uint8Array | undefined;
  /** One more holder; who made the storage is the first. */
  retain(): void;
  release(): void;
}
