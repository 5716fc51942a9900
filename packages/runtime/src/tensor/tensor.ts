import { DgValidationError } from '@dg/jit';
import type { Device } from '../device/device.js';
import type { DeviceBuffer, TransferOptions } from '../device/device-buffer.js';
import { disposeSymbol } from '../dispose-symbol.js';
import { bytesPerElement, type DType, type HostArray, type HostArrayOf, isDType } from './dtype.js';
import { checkHostArray, newHostArray, viewAs } from './host-arrays.js';
import {
  checkShape,
  checkStrides,
  contiguousStrides,
  elementCountOf,
  isRowMajor,
  spanOf,
} from './strided-layout.js';
import { mayOverlap, planRuns } from './strided-runs.js';
import { walkElements } from './walk-elements.js';

export interface TensorDescriptor<T extends DType = DType> {
  readonly buffer: DeviceBuffer;
  readonly dtype: T;
  /** Elements per dimension; empty for a scalar. */
  readonly shape: readonly number[];
  /** Elements; row-major contiguous when left out. 0 repeats a dimension. */
  readonly strides?: readonly number[];
  /** Elements from the start of the buffer to element [0, 0, …]. */
  readonly offset?: number;
  readonly label?: string;
}

let nextId = 1;

/**
 * A strided view of device memory. Views made from it (`transpose`, `slice`, `reshape`) share its buffer;
 * destroying any of them destroys the buffer for all.
 */
export class Tensor<T extends DType = DType> {
  /** No other tensor, view or not, has it: for tables that must not keep a tensor from being collected. */
  readonly id: number = nextId++;
  readonly buffer: DeviceBuffer;
  readonly dtype: T;
  readonly shape: readonly number[];
  /** Elements. */
  readonly strides: readonly number[];
  /** Elements from the start of the buffer. */
  readonly offset: number;
  /** Bytes from the start of the buffer to element [0, 0, …]. */
  readonly byteOffset: number;
  /** `pointer` as a number, which is exact: addresses stay below 2^53. For checks that are made on every call. */
  readonly address: number;
  readonly label: string | undefined;
  readonly elementCount: number;
  /** With the last two dimensions exchanged, once that was asked for: operations ask again on every call. */
  #transposed: Tensor<T> | undefined;

  /**
   * A tensor over an existing buffer; the way to make a view into a larger one.
   *
   * @throws DgValidationError when shape, strides or offset are not integers of at least 0, or when an
   * element would lie outside the buffer. A shape without elements fits every buffer.
   */
  constructor(descriptor: TensorDescriptor<T>) {
    const where = descriptor.label ?? 'tensor';
    if (!isDType(descriptor.dtype)) {
      throw new DgValidationError(
        `expected a dtype for dtype of ${where} but received ${String(descriptor.dtype)}`,
      );
    }
    checkShape(descriptor.shape, where);
    const strides = descriptor.strides ?? contiguousStrides(descriptor.shape);
    checkStrides(strides, descriptor.shape.length, where);
    const offset = descriptor.offset ?? 0;
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw new DgValidationError(
        `expected an integer of at least 0 for offset of ${where} but received ${offset}`,
      );
    }
    const span = spanOf(descriptor.shape, strides);
    const endByte = (offset + span) * bytesPerElement(descriptor.dtype);
    if (span > 0 && !(endByte <= descriptor.buffer.byteLength)) {
      throw new DgValidationError(
        `expected every element inside the buffer of ${descriptor.buffer.byteLength} bytes for ${where} ` +
          `but received shape [${descriptor.shape.join(', ')}], strides [${strides.join(', ')}], ` +
          `offset ${offset}, which end at byte ${endByte}`,
      );
    }
    this.buffer = descriptor.buffer;
    this.dtype = descriptor.dtype;
    this.shape = Object.freeze([...descriptor.shape]);
    this.strides = Object.freeze([...strides]);
    this.offset = offset;
    this.byteOffset = offset * bytesPerElement(descriptor.dtype);
    this.address = Number(descriptor.buffer.pointer) + this.byteOffset;
    this.label = descriptor.label;
    this.elementCount = elementCountOf(descriptor.shape);
  }

  get device(): Device {
    return this.buffer.device;
  }

  get destroyed(): boolean {
    return this.buffer.destroyed;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** Device address of element [0, 0, …]; on `cpu`, which has no addresses, the byte offset. */
  get pointer(): bigint {
    return this.buffer.pointer + BigInt(this.byteOffset);
  }

  /** Row-major without gaps. */
  get isContiguous(): boolean {
    return isRowMajor(this.shape, this.strides);
  }

  /** A view with two dimensions exchanged; negative dimensions count from the last. May be the same view each time. */
  transpose(dim0 = -2, dim1 = -1): Tensor<T> {
    const first = this.#dimension(dim0, 'dim0');
    const second = this.#dimension(dim1, 'dim1');
    if (first + second === 2 * this.rank - 3) return this.#transposeOfLast();
    return this.#exchange(first, second);
  }

  #transposeOfLast(): Tensor<T> {
    if (this.#transposed === undefined) {
      this.#transposed = this.#exchange(this.rank - 2, this.rank - 1);
      this.#transposed.#transposed = this;
    }
    return this.#transposed;
  }

  #exchange(first: number, second: number): Tensor<T> {
    const exchanged = (values: readonly number[]) => {
      const copy = [...values];
      copy[first] = values[second]!;
      copy[second] = values[first]!;
      return copy;
    };
    return this.#view(exchanged(this.shape), exchanged(this.strides), this.offset);
  }

  /** A view of the entries `start` (included) to `end` (excluded) of one dimension. */
  slice(dim: number, start: number, end: number): Tensor<T> {
    const sliced = this.#dimension(dim, 'dim');
    const length = this.shape[sliced]!;
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start > end || end > length) {
      throw new DgValidationError(
        `expected 0 <= start <= end <= ${length} for slice of ${this.#name} along dimension ${sliced} ` +
          `but received start ${start}, end ${end}`,
      );
    }
    const shape = this.shape.map((value, index) => (index === sliced ? end - start : value));
    return this.#view(shape, this.strides, this.offset + start * this.strides[sliced]!);
  }

  /**
   * A view with another shape of as many elements; nothing is copied.
   *
   * @throws DgValidationError when the element count differs, or the tensor is not contiguous.
   */
  reshape(shape: readonly number[]): Tensor<T> {
    checkShape(shape, this.#name);
    if (elementCountOf(shape) !== this.elementCount) {
      throw new DgValidationError(
        `expected ${this.elementCount} elements for reshape of ${this.#name} [${this.shape.join(', ')}] ` +
          `but received [${shape.join(', ')}]`,
      );
    }
    if (!this.isContiguous) {
      throw new DgValidationError(
        `expected a contiguous tensor for reshape of ${this.#name} but received shape ` +
          `[${this.shape.join(', ')}] with strides [${this.strides.join(', ')}], which is not contiguous`,
      );
    }
    return this.#view(shape, contiguousStrides(shape), this.offset);
  }

  /**
   * Copies `data` (row-major, `elementCount` entries of the dtype's host type) into the tensor. Enqueued;
   * `data` may be reused as soon as this returns. Bytes between the elements keep their contents.
   *
   * @throws DgValidationError for a wrong type or length of `data`, a destroyed tensor, or elements that
   * share memory.
   */
  write(data: HostArrayOf[T], options?: TransferOptions): void {
    this.#assertAlive();
    checkHostArray(data, this.dtype, this.elementCount, this.#name);
    if (this.elementCount === 0) return;
    if (this.isContiguous) {
      this.buffer.write(data, this.byteOffset, options);
      return;
    }
    if (mayOverlap(this.shape, this.strides)) {
      throw new DgValidationError(
        `expected elements that do not share memory for write to ${this.#name} but received ` +
          `shape [${this.shape.join(', ')}] with strides [${this.strides.join(', ')}]`,
      );
    }
    this.#writeStrided(data, options);
  }

  /** The elements in row-major order, after the work queued on the stream. Keeps the event loop free. */
  async read(options?: TransferOptions): Promise<HostArrayOf[T]> {
    this.#assertAlive();
    const bytes = await this.buffer.read(this.#readOffset, this.#spanBytes, options);
    return this.#compact(bytes);
  }

  /** As `read`, but blocks the calling thread. */
  readSync(options?: TransferOptions): HostArrayOf[T] {
    this.#assertAlive();
    return this.#compact(this.buffer.readSync(this.#readOffset, this.#spanBytes, options));
  }

  /** Sets every element to zero and nothing else. Enqueued. */
  fillZero(options?: TransferOptions): void {
    this.#assertAlive();
    if (this.elementCount === 0) return;
    const bytes = bytesPerElement(this.dtype);
    // A repeated dimension (stride 0) names the same bytes again; once is enough.
    const shape = this.shape.map((length, dim) => (this.strides[dim] === 0 ? 1 : length));
    const plan = planRuns(shape, this.strides);
    for (const start of plan.starts) {
      const range = {
        byteOffset: this.byteOffset + start * bytes,
        rowBytes: plan.rowElements * bytes,
        rows: plan.rows,
        pitchBytes: plan.pitchElements * bytes,
      };
      if (range.rows === 1 || range.pitchBytes >= range.rowBytes) {
        this.buffer.fill(0, range, options);
      } else {
        // Overlapping rows (a sliding window) cover one dense range.
        const dense = range.rowBytes + (range.rows - 1) * range.pitchBytes;
        this.buffer.fill(0, { ...range, rowBytes: dense, rows: 1, pitchBytes: dense }, options);
      }
    }
  }

  /** Destroys the buffer, for all views of it. Idempotent; queued work still finds the memory. */
  destroy(): void {
    this.buffer.destroy();
  }

  [disposeSymbol](): void {
    this.destroy();
  }

  get #name(): string {
    return this.label ?? 'tensor';
  }

  /** Bytes; an empty view, which reads nothing, may itself start beyond the end of its buffer. */
  get #readOffset(): number {
    return this.elementCount === 0 ? 0 : this.byteOffset;
  }

  get #spanBytes(): number {
    return spanOf(this.shape, this.strides) * bytesPerElement(this.dtype);
  }

  #view(shape: readonly number[], strides: readonly number[], offset: number): Tensor<T> {
    const label = this.label === undefined ? {} : { label: this.label };
    return new Tensor({ buffer: this.buffer, dtype: this.dtype, shape, strides, offset, ...label });
  }

  #dimension(dim: number, argument: string): number {
    const index = dim < 0 ? dim + this.rank : dim;
    if (!Number.isInteger(index) || index < 0 || index >= this.rank) {
      throw new DgValidationError(
        `expected a dimension from ${-this.rank} to ${this.rank - 1} for ${argument} of ${this.#name} ` +
          `[${this.shape.join(', ')}] but received ${dim}`,
      );
    }
    return index;
  }

  #assertAlive(): void {
    if (this.destroyed) {
      throw new DgValidationError(`expected a live tensor for ${this.#name} but received a destroyed one`);
    }
  }

  /** By way of a compact device buffer, so that one copy per rectangle places the elements. */
  #writeStrided(data: HostArray, options: TransferOptions | undefined): void {
    const bytes = bytesPerElement(this.dtype);
    const plan = planRuns(this.shape, this.strides);
    const rectangleBytes = plan.rowElements * plan.rows * bytes;
    const staging = this.device.createBuffer({ byteLength: this.elementCount * bytes });
    try {
      staging.write(this.#permuted(data, plan.order), 0, options);
      plan.starts.forEach((start, index) => {
        this.buffer.copyFrom(
          staging,
          {
            sourceByteOffset: index * rectangleBytes,
            sourcePitchBytes: plan.rowElements * bytes,
            byteOffset: this.byteOffset + start * bytes,
            pitchBytes: plan.pitchElements * bytes,
            rowBytes: plan.rowElements * bytes,
            rows: plan.rows,
          },
          options,
        );
      });
    } finally {
      staging.destroy();
    }
  }

  #permuted(data: HostArray, order: readonly number[]): HostArray {
    if (order.every((dim, index) => dim === index)) return data;
    const strides = contiguousStrides(this.shape);
    const permuted: HostArray = newHostArray<DType>(this.dtype, this.elementCount);
    walkElements(
      order.map((dim) => this.shape[dim]!),
      order.map((dim) => strides[dim]!),
      (offset, index) => {
        permuted[index] = data[offset]!;
      },
    );
    return permuted;
  }

  #compact(bytes: Uint8Array): HostArrayOf[T] {
    const elements: HostArray = viewAs(bytes, this.dtype);
    if (this.isContiguous) return elements as HostArrayOf[T];
    const compact: HostArray = newHostArray<DType>(this.dtype, this.elementCount);
    walkElements(this.shape, this.strides, (offset, index) => {
      compact[index] = elements[offset]!;
    });
    return compact as HostArrayOf[T];
  }
}
