import {
  allocateHostMemory,
  bufferName,
  bytesOf,
  checkByteRange,
  checkFillValue,
  checkStridedCopy,
  checkStridedRange,
  type DeviceBuffer,
  DgValidationError,
  disposeSymbol,
  type StridedCopy,
  type StridedRange,
  type TransferOptions,
  wholeBuffer,
} from '@dg/runtime';
import type { SimDevice } from './sim-device.js';
import type { SimStorage } from './sim-storage.js';
import { simStreamOf } from './sim-stream.js';

/** A range of a simulated device's memory. */
export class SimBuffer implements DeviceBuffer {
  readonly device: SimDevice;
  readonly byteLength: number;
  readonly label: string | undefined;
  readonly #storage: SimStorage;
  /** What owns a foreign pointer's memory, kept alive with the buffer. */
  readonly owner: unknown;
  #destroyed = false;

  /** Takes over one hold on `storage`. */
  constructor(device: SimDevice, storage: SimStorage, label: string | undefined, owner?: unknown) {
    this.device = device;
    this.byteLength = storage.byteLength;
    this.label = label;
    this.#storage = storage;
    this.owner = owner;
    device.holders.add(this, [storage]);
  }

  get destroyed(): boolean {
    return this.#destroyed || this.device.destroyed;
  }

  get pointer(): bigint {
    return BigInt(this.#storage.address);
  }

  /** Throws DgValidationError once destroyed. */
  get storage(): SimStorage {
    if (this.destroyed) {
      throw new DgValidationError(
        `expected a live buffer for ${bufferName(this)} but received a destroyed one`,
      );
    }
    return this.#storage;
  }

  write(data: ArrayBufferView, byteOffset = 0, options: TransferOptions = {}): void {
    const stream = simStreamOf(this.device, options.stream);
    stream.assertNotCapturing('write');
    const { storage } = this;
    checkByteRange(this, byteOffset, data.byteLength, 'write');
    stream.enqueue(() => {
      storage.bytes.set(bytesOf(data), byteOffset);
      storage.markInitialised(byteOffset, data.byteLength);
    }, [storage]);
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
    simStreamOf(this.device, options.stream).assertNotCapturing('read');
    const { storage } = this;
    checkByteRange(this, byteOffset, byteLength, 'read');
    const copy = allocateHostMemory(byteLength, `read of ${bufferName(this)}`);
    copy.set(storage.bytes.subarray(byteOffset, byteOffset + byteLength));
    return copy;
  }

  fill(value: number, range: StridedRange = wholeBuffer(this), options: TransferOptions = {}): void {
    const stream = simStreamOf(this.device, options.stream);
    const { storage } = this;
    checkFillValue(value, this);
    checkStridedRange(this, range, 'fill');
    const { byteOffset, rowBytes, rows, pitchBytes } = range;
    stream.enqueue(() => {
      const { bytes } = storage;
      for (let row = 0; row < rows; row++) {
        const start = byteOffset + row * pitchBytes;
        bytes.fill(value, start, start + rowBytes);
        storage.markInitialised(start, rowBytes);
      }
    }, [storage]);
  }

  copyFrom(source: DeviceBuffer, copy: StridedCopy, options: TransferOptions = {}): void {
    const stream = simStreamOf(this.device, options.stream);
    const to = this.storage;
    const from = simBufferOf(this.device, source, `source of copyFrom into ${bufferName(this)}`).storage;
    checkStridedCopy(this, source, copy);
    const { sourceByteOffset, sourcePitchBytes, byteOffset, pitchBytes, rowBytes, rows } = copy;
    stream.enqueue(() => {
      for (let row = 0; row < rows; row++) {
        copyRow(to, byteOffset + row * pitchBytes, from, sourceByteOffset + row * sourcePitchBytes, rowBytes);
      }
    }, [to, from]);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.device.holders.drop(this, [this.#storage]);
  }

  [disposeSymbol](): void {
    this.destroy();
  }
}

/** `buffer` as one of `device`. Throws DgValidationError when it belongs to another device. */
export function simBufferOf(device: SimDevice, buffer: DeviceBuffer, what: string): SimBuffer {
  if (!(buffer instanceof SimBuffer) || buffer.device !== device) {
    throw new DgValidationError(
      `expected a buffer of ${device.name} for ${what} but received one of ${buffer.device.name}`,
    );
  }
  return buffer;
}

/** What nothing wrote stays so on the other side. */
function copyRow(
  to: SimStorage,
  toByte: number,
  from: SimStorage,
  fromByte: number,
  byteLength: number,
): void {
  to.bytes.set(from.bytes.subarray(fromByte, fromByte + byteLength), toByte);
  const { initialised } = from.allocation;
  if (initialised === undefined) return;
  const start = from.byteOffset + fromByte;
  to.allocation.initialised?.set(initialised.subarray(start, start + byteLength), to.byteOffset + toByte);
}
