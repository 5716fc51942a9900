import { DgValidationError } from '@dg/jit';
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
import type { CudaContext } from './cuda-context.js';
import type { CudaDevice } from './cuda-device.js';
import type { CudaStorage } from './cuda-storage.js';
import { cudaStreamOf } from './cuda-stream.js';
import { stagedRead, stagedReadSync, stagedWrite } from './staged-transfer.js';

/** Longest pitch of a two-dimensional copy or fill, in bytes (CU_DEVICE_ATTRIBUTE_MAX_PITCH). */
const maxPitchBytes = 2 ** 31 - 1;

export class CudaBuffer implements DeviceBuffer {
  readonly device: CudaDevice;
  readonly byteLength: number;
  readonly label: string | undefined;
  readonly #context: CudaContext;
  readonly #storage: CudaStorage;
  #destroyed = false;

  /** Takes over one reference to `storage`. */
  constructor(device: CudaDevice, context: CudaContext, storage: CudaStorage, label: string | undefined) {
    this.device = device;
    this.byteLength = storage.byteLength;
    this.label = label;
    this.#context = context;
    this.#storage = storage;
    context.remember(this, () => storage.release());
  }

  get destroyed(): boolean {
    return this.#destroyed || this.#context.destroyed;
  }

  get pointer(): bigint {
    return BigInt(this.#storage.address);
  }

  /** Throws DgValidationError once destroyed. */
  get storage(): CudaStorage {
    if (this.#destroyed || this.#context.destroyed) {
      throw new DgValidationError(
        `expected a live buffer for ${bufferName(this)} but received a destroyed one`,
      );
    }
    return this.#storage;
  }

  write(data: ArrayBufferView, byteOffset = 0, options: TransferOptions = {}): void {
    const queue = cudaStreamOf(this.device, options.stream).queueOutsideCapture('write');
    const { storage } = this;
    checkByteRange(this, byteOffset, data.byteLength, 'write');
    if (data.byteLength === 0) return;
    this.#context.memory.use(queue, storage);
    queue.pending.queue(false, [storage]);
    stagedWrite(this.#context, queue, storage.address + byteOffset, bytesOf(data));
  }

  async read(
    byteOffset = 0,
    byteLength = this.byteLength - byteOffset,
    options: TransferOptions = {},
  ): Promise<Uint8Array> {
    const queue = cudaStreamOf(this.device, options.stream).queueOutsideCapture('read');
    const { storage } = this;
    checkByteRange(this, byteOffset, byteLength, 'read');
    if (byteLength === 0) return new Uint8Array(0);
    this.#context.memory.use(queue, storage);
    return await this.#context.hold(() =>
      stagedRead(this.#context, queue, storage.address + byteOffset, byteLength),
    );
  }

  readSync(
    byteOffset = 0,
    byteLength = this.byteLength - byteOffset,
    options: TransferOptions = {},
  ): Uint8Array {
    const queue = cudaStreamOf(this.device, options.stream).queueOutsideCapture('readSync');
    const { storage } = this;
    checkByteRange(this, byteOffset, byteLength, 'read');
    if (byteLength === 0) return new Uint8Array(0);
    this.#context.memory.use(queue, storage);
    return stagedReadSync(this.#context, queue, storage.address + byteOffset, byteLength);
  }

  fill(value: number, range: StridedRange = wholeBuffer(this), options: TransferOptions = {}): void {
    const { queue } = cudaStreamOf(this.device, options.stream);
    const { storage } = this;
    checkFillValue(value, this);
    checkStridedRange(this, range, 'fill');
    if (range.rows === 0 || range.rowBytes === 0) return;
    this.#context.memory.use(queue, storage);
    queue.pending.queue(false, [storage]);
    const { driver } = this.#context;
    const start = storage.address + range.byteOffset;
    if (range.pitchBytes <= maxPitchBytes || range.rows === 1) {
      driver.memorySet2d(queue.handle, start, range.pitchBytes, value, range.rowBytes, range.rows);
      return;
    }
    for (let row = 0; row < range.rows; row++) {
      driver.memorySet2d(
        queue.handle,
        start + row * range.pitchBytes,
        range.rowBytes,
        value,
        range.rowBytes,
        1,
      );
    }
  }

  copyFrom(source: DeviceBuffer, copy: StridedCopy, options: TransferOptions = {}): void {
    const { queue } = cudaStreamOf(this.device, options.stream);
    const to = this.storage;
    const from = cudaBufferOf(this.device, source, `source of copyFrom into ${bufferName(this)}`).storage;
    checkStridedCopy(this, source, copy);
    if (copy.rows === 0 || copy.rowBytes === 0) return;
    this.#context.memory.use(queue, to);
    this.#context.memory.use(queue, from);
    queue.pending.queue(false, [to]);
    const { driver } = this.#context;
    const { rowBytes, rows, pitchBytes, sourcePitchBytes } = copy;
    const destination = to.address + copy.byteOffset;
    const start = from.address + copy.sourceByteOffset;
    if (rows === 1 || (pitchBytes <= maxPitchBytes && sourcePitchBytes <= maxPitchBytes)) {
      driver.memoryCopy2d(queue.handle, destination, pitchBytes, start, sourcePitchBytes, rowBytes, rows);
      return;
    }
    for (let row = 0; row < rows; row++) {
      const rowDestination = destination + row * pitchBytes;
      const rowStart = start + row * sourcePitchBytes;
      driver.memoryCopy2d(queue.handle, rowDestination, rowBytes, rowStart, rowBytes, rowBytes, 1);
    }
  }

  mayBeWritten(options: TransferOptions = {}): boolean {
    return cudaStreamOf(this.device, options.stream).queue.pending.mayWrite(this.storage);
  }

  destroy(): void {
    if (this.destroyed) return;
    this.#destroyed = true;
    this.#context.forget(this);
    this.#storage.release();
  }

  [disposeSymbol](): void {
    this.destroy();
  }
}

/** `buffer` as one of `device`. Throws DgValidationError when it belongs to another device. */
export function cudaBufferOf(device: CudaDevice, buffer: DeviceBuffer, what: string): CudaBuffer {
  if (!(buffer instanceof CudaBuffer) || buffer.device !== device) {
    throw new DgValidationError(
      `expected a buffer of ${device.name} for ${what} but received one of ${buffer.device.name}`,
    );
  }
  return buffer;
}
