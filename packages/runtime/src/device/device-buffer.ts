import type { Device } from './device.js';
import type { Stream } from './stream.js';

export interface TransferOptions {
  /** The device's default stream when left out. */
  readonly stream?: Stream;
}

/** A range of device memory. */
export interface DeviceBuffer {
  readonly device: Device;
  readonly byteLength: number;
  readonly label: string | undefined;
  readonly destroyed: boolean;
  /** Device address; 0n on `cpu`. */
  readonly pointer: bigint;

  /**
   * Copies from host memory. `data` may be reused as soon as this returns. Enqueued; blocks while 64 MiB of earlier
   * writes are still to be copied.
   */
  write(data: ArrayBufferView, byteOffset?: number, options?: TransferOptions): void;
  /** Reads after the work queued on the stream, without blocking the event loop. */
  read(byteOffset?: number, byteLength?: number, options?: TransferOptions): Promise<Uint8Array>;
  /** Blocks the calling thread. */
  readSync(byteOffset?: number, byteLength?: number, options?: TransferOptions): Uint8Array;
  /** Sets `rows` runs of `rowBytes` bytes, `pitchBytes` apart, to one byte value. Enqueued. */
  fill(value: number, range?: StridedRange, options?: TransferOptions): void;
  /** Copies runs of bytes from another buffer of the same device. Enqueued. */
  copyFrom(source: DeviceBuffer, copy: StridedCopy, options?: TransferOptions): void;
  /**
   * Whether work that is queued on the stream may still be writing to the buffer when a dependent launch that is queued
   * next starts. Where it is false, a kernel may read the buffer before it waits for the grids before it.
   */
  mayBeWritten(options?: TransferOptions): boolean;
  /** Idempotent. Work already queued still finds the memory; it is freed after that work. */
  destroy(): void;
  [Symbol.dispose](): void;
}

/** `rows` runs of `rowBytes`, each `pitchBytes` after the one before, from `byteOffset` on. */
export interface StridedRange {
  readonly byteOffset: number;
  readonly rowBytes: number;
  readonly rows: number;
  readonly pitchBytes: number;
}

export interface StridedCopy {
  readonly sourceByteOffset: number;
  readonly sourcePitchBytes: number;
  readonly byteOffset: number;
  readonly pitchBytes: number;
  readonly rowBytes: number;
  readonly rows: number;
}
