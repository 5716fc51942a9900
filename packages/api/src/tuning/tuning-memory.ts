import { bytesPerElement, type Device, type DType, emptyTensor, type Tensor } from '@dg/runtime';

/** Random numbers that are written once and then copied within the device until a tensor is full. */
const patternBytes = 1 << 20;

/** Magnitudes below 2, of either sign: what power the tensor cores draw depends on what they multiply. */
const maskOf = { float8_e4m3fn: 0xbfbfbfbf, bfloat16: 0xbfffbfff } as const;

/** Makes the tensors of a measurement, and destroys them all. */
export class TuningMemory {
  readonly #device: Device;
  readonly #tensors: Tensor[] = [];

  constructor(device: Device) {
    this.#device = device;
  }

  operand(shape: readonly number[], dtype: keyof typeof maskOf): Tensor {
    const tensor = this.empty(shape, dtype);
    const words = new Uint32Array(patternBytes / 4);
    // A linear congruential generator (Numerical Recipes, 7.1), of which the upper bits are the random ones.
    let state = 1;
    for (let index = 0; index < words.length; index++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      words[index] = (state ^ (state >>> 15)) & maskOf[dtype];
    }
    this.#fill(tensor, words);
    return tensor;
  }

  /** Scales of 1, [(G,) rows, K-blocks], rows contiguous in columns that TMA can read. */
  scales(shape: readonly number[]): Tensor {
    const rows = Math.ceil(shape.at(-2)! / 4) * 4;
    const strides = shape.length === 3 ? [rows * shape[2]!, 1, rows] : [1, rows];
    const tensor = this.empty(shape, 'float32', strides);
    this.#fill(tensor, new Float32Array(patternBytes / 4).fill(1));
    return tensor;
  }

  indices(values: Int32Array): Tensor {
    const tensor = this.empty([values.length], 'int32');
    tensor.buffer.write(values);
    return tensor;
  }

  zeros(shape: readonly number[], dtype: DType, strides?: readonly number[]): Tensor {
    const tensor = this.empty(shape, dtype, strides);
    const { byteLength } = tensor.buffer;
    tensor.buffer.fill(0, { byteOffset: 0, rowBytes: byteLength, rows: 1, pitchBytes: byteLength });
    return tensor;
  }

  empty(shape: readonly number[], dtype: DType, strides?: readonly number[]): Tensor {
    const tensor = emptyTensor(this.#device, shape, dtype, strides === undefined ? {} : { strides });
    this.#tensors.push(tensor);
    return tensor;
  }

  /** Of all that was made. */
  get byteLength(): number {
    return this.#tensors.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  }

  destroy(): void {
    for (const tensor of this.#tensors) tensor.destroy();
  }

  #fill({ buffer, dtype }: Tensor, pattern: Uint32Array | Float32Array): void {
    const { byteLength } = buffer;
    const elements = Math.min(patternBytes, byteLength) / bytesPerElement(dtype);
    const bytes = elements * bytesPerElement(dtype);
    buffer.write(new Uint8Array(pattern.buffer, 0, bytes));
    // Each copy doubles what is there.
    for (let filled = bytes; filled < byteLength; ) {
      const rowBytes = Math.min(filled, byteLength - filled);
      buffer.copyFrom(buffer, {
        sourceByteOffset: 0,
        sourcePitchBytes: rowBytes,
        byteOffset: filled,
        pitchBytes: rowBytes,
        rowBytes,
        rows: 1,
      });
      filled += rowBytes;
    }
  }
}
