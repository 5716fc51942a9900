import { DgValidationError } from '@dg/jit';
import type { HostDevice } from '../device/device.js';
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
import { hostStreamOf } from './host-stream.js';

/** Memory of the `cpu` device: one ArrayBuffer. */
export class HostBuffer implements DeviceBuffer {
  readonly device: HostDevice;
  readonly byteLength: number;
  readonly label: string | undefined;
  readonly pointer = 0n;
  #bytes: Uint8Array | undefined;

  constructor(device: HostDevice, byteLength: number, label: string | undefined) {
    this.device = device;
    this.byteLength = byteLength;
    this.label = label;
    this.#bytes = allocateHostMemory(byteLength, bufferName(this));
  }

  get destroyed(): boolean {
    return this.#bytes === undefined || this.device.destroyed;
  }

  /** The memory itself. Throws DgValidationError once destroyed. */
  get bytes(): Uint8Array {
    if (this.#bytes === undefined || this.device.destroyed) {
      throw new DgValidationError(
        `expected a live buffer for ${bufferName(this)} but received a destroyed one`,
      );
    }
    return this.#bytes;
  }

  write(data: ArrayBufferView, byteOffset = 0, options: TransferOptions = {}): void {
    const stream = hostStreamOf(this.device, options.stream);
    stream.assertNotCapturing('write');
    const { bytes } = this;
    checkByteRange(this, byteOffset, data.byteLength, 'write');
    stream.enqueue(() => bytes.set(bytesOf(data), byteOffset));
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
    const { bytes } = this;
    checkByteRange(this, byteOffset, byteLength, 'read');
    const copy = allocateHostMemory(byteLength, `read of ${bufferName(this)}`);
    copy.set(bytes.subarray(byteOffset, byteOffset + byteLength));
    return copy;
  }

  fill(value: number, range: StridedRange = wholeBuffer(this), options: TransferOptions = {}): void {
    const stream = hostStreamOf(this.device, options.stream);
    const { bytes } = this;
    checkFillValue(value, this);
    checkStridedRange(this, range, 'fill');
    const { byteOffset, rowBytes, rows, pitchBytes } = range;
    stream.enqueue(() => {
      for (let row = 0; row < rows; row++) {
        const start = byteOffset + row * pitchBytes;
        bytes.fill(value, start, start + rowBytes);
      }
    });
  }

  copyFrom(source: DeviceBuffer, copy: StridedCopy, options: TransferOptions = {}): void {
    const stream = hostStreamOf(this.device, options.stream);
    const to = this.bytes;
    if (source.device !== this.device) {
      throw new DgValidationError(
        `expected a source on ${this.device.name} for copyFrom of ${bufferName(this)} but received one on ${source.device.name}`,
      );
    }
    const from = hostBytes(source);
    checkStridedCopy(this, source, copy);
    const { sourceByteOffset, sourcePitchBytes, byteOffset, pitchBytes, rowBytes, rows } = copy;
    stream.enqueue(() => {
      for (let row = 0; row < rows; row++) {
        const start = sourceByteOffset + row * sourcePitchBytes;
        to.set(from.subarray(start, start + rowBytes), byteOffset + row * pitchBytes);
      }
    });
  }

  destroy(): void {
    this.#bytes = undefined;
  }

  [disposeSymbol](): void {
    this.destroy();
  }
}

/**
 * The memory of a `cpu` buffer, not a copy; it starts at the start of its ArrayBuffer, so that views of every element type
 * fit. For reference implementations: take it before `enqueueHostWork` and write to it inside, so that a graph keeps it.
 *
 * @throws DgValidationError for a buffer of another kind of device, or a destroyed one.
 */
export function hostBytes(buffer: DeviceBuffer): Uint8Array {
  if (!(buffer instanceof HostBuffer)) {
    throw new DgValidationError(
      `expected a buffer of the cpu device for hostBytes but received one of ${buffer.device.name}`,
    );
  }
  return buffer.bytes;
}
