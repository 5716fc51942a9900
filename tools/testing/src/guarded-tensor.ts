import { bytesPerElement, type Device, type DType, Tensor } from '@dg/runtime';

export interface GuardedTensorOptions {
  /** Elements from one row (of the last dimension) to the next; the row's length when left out. */
  readonly pitchElements?: number;
  /** Elements per dimension, in place of `pitchElements`. */
  readonly strides?: readonly number[];
  /**
   * Bytes in front of and behind the tensor, a multiple of the element's size; 256 when left out. One that is
   * no multiple of 16 misaligns the tensor.
   */
  readonly guardBytes?: number;
  /** The byte that every element starts with; 0xff when left out, which is NaN in every float type. */
  readonly fill?: number;
}

/** A tensor inside a larger buffer whose other bytes (guards, gaps between rows) must not change. */
export interface GuardedTensor {
  readonly tensor: Tensor;
  /** Reads the whole buffer back. Throws an Error that names the first changed byte. */
  expectGuardsIntact(): Promise<void>;
  destroy(): void;
}

const defaultGuardBytes = 256;
const guardByte = 0xa5;
const poisonByte = 0xff;

export function guardedTensor(
  device: Device,
  shape: readonly number[],
  dtype: DType,
  options: GuardedTensorOptions = {},
): GuardedTensor {
  const { guardBytes = defaultGuardBytes, fill = poisonByte } = options;
  const elementBytes = bytesPerElement(dtype);
  if (guardBytes % elementBytes !== 0) {
    throw new Error(`expected a multiple of ${elementBytes} for guardBytes but received ${guardBytes}`);
  }
  const strides = options.strides ?? rowStrides(shape, options.pitchElements);
  const offset = guardBytes / elementBytes;
  const image = new Uint8Array(2 * guardBytes + spanElements(shape, strides) * elementBytes).fill(guardByte);
  const belongs = new Uint8Array(image.length);
  forEachElement(shape, strides, (element) => {
    const start = (offset + element) * elementBytes;
    image.fill(fill, start, start + elementBytes);
    belongs.fill(1, start, start + elementBytes);
  });

  const buffer = device.createBuffer({ byteLength: image.length, label: 'guarded' });
  buffer.write(image);
  const tensor = new Tensor({ buffer, dtype, shape, strides, offset });

  return {
    tensor,
    async expectGuardsIntact() {
      const bytes = await buffer.read();
      const changed = bytes.findIndex((byte, i) => belongs[i] === 0 && byte !== guardByte);
      if (changed === -1) return;
      const place = changed - guardBytes;
      throw new Error(
        `expected guard byte 0x${guardByte.toString(16)} for byte ${place} from the start of a ${dtype} ` +
          `[${shape.join(', ')}] with strides [${strides.join(', ')}] but received 0x${bytes[changed]!.toString(16)}`,
      );
    },
    destroy: () => buffer.destroy(),
  };
}

function rowStrides(shape: readonly number[], pitch = shape.at(-1) ?? 1): number[] {
  const strides: number[] = [];
  let next = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    strides.unshift(next);
    next = dim === shape.length - 1 ? pitch : next * shape[dim]!;
  }
  return strides;
}

function spanElements(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((span, size, dim) => span + (size - 1) * strides[dim]!, 1);
}

function forEachElement(
  shape: readonly number[],
  strides: readonly number[],
  visit: (element: number) => void,
  dim = 0,
  base = 0,
): void {
  if (dim === shape.length) {
    visit(base);
    return;
  }
  for (let i = 0; i < shape[dim]!; i++)
    forEachElement(shape, strides, visit, dim + 1, base + i * strides[dim]!);
}
