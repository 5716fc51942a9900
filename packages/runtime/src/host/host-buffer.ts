import { DgValidationError } from '@dg/jit';
import type { Device } from '../device/device.js';
import type { DeviceBuffer, StridedCopy, StridedRange, TransferOptions } from '../device/device-buffer.js';
import {
  bufferName,
  checkByteRange,
  checkFillValue,
  checkStridedCopy,
  checkStridedRange,
  wholeBuffer,
} from '../device/transfer-range.js';
import { disposeSymbol } from '../dispose-symbol.js';
import { bytesOf } from '../tensor/host-arrays.js';
import { allocateHostMemory } from './allocate-host-memory.js';
import type { HostStorage } from './host-storage.js';
import { hostStreamOf } from './host-stream.js';

/** A range of host memory on a device that runs work at once. */
export class HostBuffer implements DeviceBuffer {
  readonly device: Device;
  readonly byteLength: number;
  readonly label: string | undefined;
  readonly pointer: bigint;
  #storage: HostStorage | undefined;

  /** Takes over one hold on `storage`. */
  constructor(device: Device, storage: HostStorage, label: string | undefined) {
    this.device = device;
    this.byteLength = storage.byteLength;
    this.label = label;
    this.pointer = storage.pointer;
    this.#storage = storage;
  }

  get destroyed(): boolean {
    return this.#storage === undefined || this.device.destroyed;
  }

  /** Throws DgValidationError once destroyed. */
  get storage(): HostStorage {
    if (this.#storage === undefined || this.device.destroyed) {
      throw new DgValidationError(
        `expected a live buffer for ${bufferName(this)} but received a destroyed one`,
      );
    }
    return this.#storage;
  }

  write(data: ArrayBufferView, byteOffset = 0, options: TransferOptions = {}): void {
    const stream = hostStreamOf(this.device, options.stream);
    stream.assertNotCapturing('write');
    const { storage } = this;
    checkByteRange(this, byteOffset, data.byteLength, 'write');
    storage.bytes.set(bytesOf(data), byteOffset);
    storage.written?.fill(1, byteOffset, byteOffset + data.byteLength);
  }

  async read(
    byteOffset = 0,
    byteLength = this.byteLength - byteOffset,
    options: TransferOptions = {},
  ): Promise<Uint8Array> {
    return this.readSync(byteOffset, byteLength, options);
  }

  readSync(
    byteOffset = 0,
    byteLength = this.byteLength - byteOffset,
    options: TransferOptions = {},
  ): Uint8Array {
    hostStreamOf(this.device, options.stream).assertNotCapturing('read');
    const { storage } = this;
    checkByteRange(this, byteOffset, byteLength, 'read');
    const copy = allocateHostMemory(byteLength, `read of ${bufferName(this)}`);
    copy.set(storage.bytes.subarray(byteOffset, byteOffset + byteLength));
    return copy;
  }

  fill(value: number, range: StridedRange = wholeBuffer(this), options: TransferOptions = {}): void {
    const stream = hostStreamOf(this.device, options.stream);
    const { storage } = this;
    checkFillValue(value, this);
    checkStridedRange(this, range, 'fill');
    const runs = { ...range };
    stream.enqueue(() => {
      fillRuns(storage.bytes, value, runs);
      if (storage.written !== undefined) fillRuns(storage.written, 1, runs);
    }, [storage]);
  }

  copyFrom(source: DeviceBuffer, copy: StridedCopy, options: TransferOptions = {}): void {
    const stream = hostStreamOf(this.device, options.stream);
    const to = this.storage;
    const from = hostBufferOf(this.device, source, `source of copyFrom into ${bufferName(this)}`).storage;
    checkStridedCopy(this, source, copy);
    const runs = { ...copy };
    stream.enqueue(() => {
      copyRuns(to.bytes, from.bytes, runs);
      // What nothing wrote stays so on the other side. One device keeps track of both or of neither.
      if (to.written !== undefined) copyRuns(to.written, from.written!, runs);
    }, [to, from]);
  }

  /** Work is done when it was queued, or belongs to a graph, which runs in order. */
  mayBeWritten(options: TransferOptions = {}): boolean {
    hostStreamOf(this.device, options.stream);
    // Throws for a destroyed buffer, as everywhere.
    void this.storage;
    return false;
  }

  destroy(): void {
    this.#storage?.release();
    this.#storage = undefined;
  }

  [disposeSymbol](): void {
    this.destroy();
  }
}

/** `buffer` as one of `device`. Throws DgValidationError when it belongs to another device. */
export function hostBufferOf(device: Device, buffer: DeviceBuffer, what: string): HostBuffer {
  if (!(buffer instanceof HostBuffer) || buffer.device !== device) {
    throw new DgValidationError(
      `expected a buffer of ${device.name} for ${what} but received one of ${buffer.device.name}`,
    );
  }
  return buffer;
}

function fillRuns(
  bytes: Uint8Array,
  value: number,
  { byteOffset, rowBytes, rows, pitchBytes }: StridedRange,
) {
  for (let row = 0; row < rows; row++) {
    const start = byteOffset + row * pitchBytes;
    bytes.fill(value, start, start + rowBytes);
  }
}

function copyRuns(to: Uint8Array, from: Uint8Array, copy: StridedCopy): void {
  const { sourceByteOffset, sourcePitchBytes, byteOffset, pitchBytes, rowBytes, rows } = copy;
  for (let row = 0; row < rows; row++) {
    const start = sourceByteOffset + row * sourcePitchBytes;
    to.set(from.subarray(start, start + rowBytes), byteOffset + row * pitchBytes);
  }
}
