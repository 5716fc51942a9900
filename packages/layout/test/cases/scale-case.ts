import { type Device, type DType, Tensor } from '@dg/runtime';
import { expectEqual, expectSameBits, type SeededRandom } from '@dg/testing';

/** A strided tensor of scales, [(G,) mn, k]. */
export interface ScaleCase {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

const sizes = [0, 1, 2, 3, 4, 5, 31, 32, 33, 64, 127, 129];

/** Shapes that are no multiples of anything, in either major, with gaps, offsets and repeated dimensions. */
export function drawScaleCase(draw: SeededRandom): ScaleCase {
  const batched = draw.chance(0.5);
  const [batches, mn, k] = [batched ? draw.pick([0, 1, 2, 3]) : 1, draw.pick(sizes), draw.pick(sizes)];
  const gap = draw.pick([0, 0, 1, 4]);
  const [mnStride, kStride] = draw.pick([
    [k + gap, 1],
    [1, mn + gap],
    [1, Math.ceil(mn / 4) * 4 + gap],
    [2 * (k + gap), 2],
    [1, 0],
    [0, 1],
  ] as const);
  const batchStride = Math.max(mn * mnStride, k * kStride) + gap;
  return {
    shape: batched ? [batches, mn, k] : [mn, k],
    strides: batched ? [batchStride, mnStride, kStride] : [mnStride, kStride],
    offset: draw.pick([0, 0, 1, 4]),
  };
}

/**
 * MN-major scales, of which kernels may take four neighbours at once when what lies between columns and batches, and
 * the offset, are multiples of four.
 */
export function mnMajorCase(
  shape: readonly [batches: number, mn: number, k: number],
  gaps: { readonly column?: number; readonly batch?: number; readonly offset?: number } = {},
): ScaleCase {
  const { column = 0, batch = 0, offset = 0 } = gaps;
  const [, mn, k] = shape;
  const kStride = Math.ceil(mn / 4) * 4 + column;
  return { shape, strides: [k * kStride + batch, 1, kStride], offset };
}

export interface DrawnScales<T extends DType> {
  /** Everything in the buffer. */
  readonly words: Uint32Array;
  readonly tensor: Tensor<T>;
  /** The bits of element [batch, mn, k]. */
  readonly at: (batch: number, mn: number, k: number) => number;
}

/** A tensor over a buffer of words, drawn one by one. */
export function drawScales<T extends DType>(
  device: Device,
  dtype: T,
  { shape, strides, offset }: ScaleCase,
  draw: () => number,
): DrawnScales<T> {
  const span = shape.includes(0) ? 0 : shape.reduce((sum, size, dim) => sum + (size - 1) * strides[dim]!, 1);
  const words = Uint32Array.from({ length: offset + span + 8 }, draw);
  const buffer = device.createBuffer({ byteLength: words.byteLength });
  buffer.write(words);
  const [batchStride, mnStride, kStride] = strides.length === 3 ? strides : [0, ...strides];
  return {
    words,
    tensor: new Tensor({ buffer, dtype, shape, strides, offset }),
    at: (batch, mn, k) => words[offset + batch * batchStride! + mn * mnStride! + k * kStride!]!,
  };
}

/** float32 bits: powers of two, and seldom what is none, so that there are whole words without. */
export function drawUsualScaleBits(draw: SeededRandom): number {
  return draw.chance(0.999) ? draw.integer(1, 254) << 23 : draw.pick(unusualScaleBits);
}

/** float32 bits: powers of two mostly, and what is none. */
export function drawScaleBits(draw: SeededRandom): number {
  return draw.chance(0.8) ? draw.integer(1, 254) << 23 : draw.pick([...unusualScaleBits, draw.bits()]);
}

/** 2^-127, 0, -0, the least subnormal, 0.3, 448, infinities, -2, NaN of several kinds, next to a power of two. */
export const unusualScaleBits: readonly number[] = [
  0x00400000, 0, 0x80000000, 1, 0x3e99999a, 0x43e00000, 0x7f800000, 0xff800000, 0xc0000000, 0x7fc00000,
  0xffffffff, 0x7f800001, 0x3f800001, 0x3f7fffff, 0x7f7fffff, 0x00800000, 0x00800001, 0x80400000,
];

/**
 * Expects a new MN-major TMA-aligned tensor [(G,) mn, k] that fills its buffer: the words of `bitsAt`, zeros in the
 * padding rows.
 */
export async function expectMnMajor(
  result: Tensor,
  shape: readonly number[],
  bitsAt: (batch: number, mn: number, k: number) => number,
): Promise<void> {
  const [batches, mn, k] = (shape.length === 3 ? shape : [1, ...shape]) as [number, number, number];
  const alignedMn = Math.ceil(mn / 4) * 4;
  expectEqual(result.shape, shape, 'shape of the result');
  expectEqual(result.offset, 0, 'offset of the result');
  const strides = [alignedMn * k, 1, alignedMn].slice(3 - shape.length);
  expectEqual(result.strides, strides, 'strides of the result');
  const expected = new Uint32Array(batches * alignedMn * k);
  for (let batch = 0; batch < batches; batch++) {
    for (let column = 0; column < k; column++) {
      for (let row = 0; row < mn; row++) {
        expected[(batch * k + column) * alignedMn + row] = bitsAt(batch, row, column);
      }
    }
  }
  const words = new Int32Array((await result.buffer.read()).buffer);
  expectSameBits(words, new Int32Array(expected.buffer), {
    name: 'result with its padding',
    shape: [batches, k, alignedMn],
  });
}
