import { alignUp, bytesPerElement, type Device, type DType, emptyTensor, type Tensor } from '@dg/runtime';
import { repeatPattern } from './repeat-pattern.js';
import type { OperandType, TuningPatterns } from './tuning-patterns.js';

/** Lines of an operand start at multiples of so many bytes. */
const lineBytes = 16;

/** Makes the tensors of one set of operands, and destroys them all. */
export class TuningMemory {
  readonly #device: Device;
  readonly #patterns: TuningPatterns;
  readonly #tensors: Tensor[] = [];

  constructor(device: Device, patterns: TuningPatterns) {
    this.#device = device;
    this.#patterns = patterns;
  }

  /** Of random numbers; the last dimension is contiguous. */
  operand(shape: readonly number[], dtype: OperandType): Tensor {
    const tensor = this.empty(shape, dtype, lineStrides(shape, lineBytes / bytesPerElement(dtype)));
    this.#fill(tensor, this.#patterns.operand(dtype));
    return tensor;
  }

  /** Scales of 1, [(G,) rows, K-blocks], rows contiguous in columns that TMA can read. */
  scales(shape: readonly number[]): Tensor {
    const rows = alignUp(shape.at(-2)!, lineBytes / bytesPerElement('float32'));
    const strides = shape.length === 3 ? [rows * shape[2]!, 1, rows] : [1, rows];
    const tensor = this.empty(shape, 'float32', strides);
    this.#fill(tensor, this.#patterns.ones);
    return tensor;
  }

  indices(values: Int32Array): Tensor {
    const tensor = this.empty([values.length], 'int32');
    tensor.buffer.write(values);
    return tensor;
  }

  zeros(shape: readonly number[], dtype: DType, strides?: readonly number[]): Tensor {
    const tensor = this.empty(shape, dtype, strides);
    tensor.fillZero();
    return tensor;
  }

  empty(shape: readonly number[], dtype: DType, strides?: readonly number[]): Tensor {
    const tensor = emptyTensor(this.#device, shape, dtype, strides === undefined ? {} : { strides });
    this.#tensors.push(tensor);
    return tensor;
  }

  destroy(): void {
    for (const tensor of this.#tensors) tensor.destroy();
  }

  #fill({ buffer }: Tensor, { buffer: pattern }: Uint32Array | Float32Array): void {
    const { byteLength } = buffer;
    const first = Math.min(pattern.byteLength, byteLength);
    buffer.write(new Uint8Array(pattern, 0, first));
    repeatPattern(buffer, first);
  }
}

/** Row-major, each line a multiple of `unit` elements after the one before. */
function lineStrides(shape: readonly number[], unit: number): readonly number[] {
  if (shape.length === 1) return [1];
  const pitch = alignUp(shape.at(-1)!, unit);
  return shape.length === 3 ? [shape[1]! * pitch, pitch, 1] : [pitch, 1];
}
