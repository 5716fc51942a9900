import { type Device, type DType, type HostArray, type HostArrayOf, Tensor } from '@dg/runtime';

export interface PoisonedLayout {
  /** Elements. */
  readonly strides: readonly number[];
  /** Elements in front of the tensor and behind it. */
  readonly margin: number;
}

/** A tensor as it is uploaded: row-major codes, and where they lie. */
export interface PlacedCodes {
  readonly codes: HostArray;
  readonly shape: readonly number[];
  readonly layout: PoisonedLayout;
}

type HostArrayType = { new (length: number): HostArray };

/** Every byte 0xff: NaN in every float type, so that an element read by mistake shows in the result. */
const poison = 0xff;

/** An array of the same type whose elements are all poison. */
export function poisonedLike<T extends HostArray>(array: T, length: number): T {
  const result = new (array.constructor as HostArrayType)(length);
  new Uint8Array(result.buffer).fill(poison);
  return result as T;
}

/** Uploads row-major codes into a larger buffer, at the given strides, with poison in all other places. */
export function poisonedTensor<T extends DType>(
  device: Device,
  codes: HostArray,
  shape: readonly number[],
  dtype: T,
  { strides, margin }: PoisonedLayout,
): Tensor<T> {
  const span = shape.includes(0) ? 0 : shape.reduce((sum, size, dim) => sum + (size - 1) * strides[dim]!, 1);
  const image = poisonedLike(codes, span + 2 * margin);
  let next = 0;
  const place = (dim: number, base: number): void => {
    for (let i = 0; i < shape[dim]!; i++) {
      const element = base + i * strides[dim]!;
      if (dim === shape.length - 1) image[margin + element] = codes[next++]!;
      else place(dim + 1, element);
    }
  };
  place(0, 0);
  const whole = device.tensor(image as HostArrayOf[T], [image.length], dtype);
  return new Tensor({ buffer: whole.buffer, dtype, shape, strides, offset: margin });
}
