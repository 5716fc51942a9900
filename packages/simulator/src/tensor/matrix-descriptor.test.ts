import { describe, expect, it } from 'vitest';
import { planTensorLoad } from './bulk-copy.js';
import { executeLoad } from './execute-copy.js';
import {
  checkKSpan,
  decodeMatrixDescriptor,
  type MatrixDescriptor,
  operandByteRanges,
  operandOffset,
} from './matrix-descriptor.js';
import type { SwizzleSpanBytes } from './swizzle.js';

const descriptorWith = (fields: Partial<MatrixDescriptor>): MatrixDescriptor => ({
  addressBytes: 0,
  leadingByteOffset: 0,
  strideByteOffset: 0,
  baseOffset: 0,
  swizzleBytes: 0,
  ...fields,
});

describe('decodeMatrixDescriptor', () => {
  it('reads the descriptor that the kernels make', () => {
    const address = 0x1_2c00;
    const bits = BigInt(address >> 4) | (BigInt(1024 >> 4) << 32n) | (1n << 62n);
    expect(decodeMatrixDescriptor(Number(bits & 0xffff_ffffn), Number(bits >> 32n))).toEqual({
      addressBytes: address,
      leadingByteOffset: 0,
      strideByteOffset: 1024,
      baseOffset: 0,
      swizzleBytes: 128,
    });
  });

  it('reads every field at its limits, from signed words too', () => {
    const low = 0x3fff_3fff;
    const high = 0xc00e_3fff | 0;
    expect(decodeMatrixDescriptor(low, high)).toEqual({
      addressBytes: 0x3_fff0,
      leadingByteOffset: 0x3_fff0,
      strideByteOffset: 0x3_fff0,
      baseOffset: 7,
      swizzleBytes: 32,
    });
    expect(decodeMatrixDescriptor(0, 0x8000_0000).swizzleBytes).toBe(64);
    expect(decodeMatrixDescriptor(0x0001_0000, 0).leadingByteOffset).toBe(16);
  });

  it('rejects each reserved bit and nothing else', () => {
    const reserved = [14, 15, 30, 31, 46, 47, 48, ...Array.from({ length: 10 }, (_, i) => 52 + i)];
    for (let bit = 0; bit < 64; bit++) {
      const swizzled = 1n << 62n;
      const bits = swizzled | (1n << BigInt(bit));
      const decode = () => decodeMatrixDescriptor(Number(bits & 0xffff_ffffn), Number(bits >> 32n));
      if (reserved.includes(bit)) expect(decode).toThrow('reserved bits');
      else expect(decode).not.toThrow();
    }
    expect(() => decodeMatrixDescriptor(0x4000, 0)).toThrow('received 0x0000000000004000');
  });

  it('rejects a base offset without swizzle, and does not place one with', () => {
    expect(() => decodeMatrixDescriptor(0, 1 << 17)).toThrow('base offset 0 without swizzle');
    const shifted = decodeMatrixDescriptor(0, (1 << 30) | (3 << 17));
    expect(shifted.baseOffset).toBe(3);
    expect(() => operandOffset(shifted, 'k', 0, 0)).toThrow('not modelled');
  });
});

/** A mode of a layout: extents and strides in elements, the first varying fastest. */
type Mode = [extents: number[], strides: number[]];

const place = ([extents, strides]: Mode, index: number) => {
  let rest = index;
  let sum = 0;
  extents.forEach((extent, i) => {
    sum += (rest % extent) * strides[i]!;
    rest = Math.floor(rest / extent);
  });
  expect(rest).toBe(0);
  return sum;
};

/** Swizzle<bits, 4, 3> on a byte address. */
const permute = (bits: number, address: number) => address ^ ((address >> 3) & (((1 << bits) - 1) << 4));

describe('operandOffset', () => {
  // The worked examples of 9.7.15.5.1.2.1.3 with the layouts and offsets that the manual gives; of the K-major one with
  // the 32-byte swizzle only the 32 bytes of K that fit its span.
  const examples: {
    name: string;
    major: 'k' | 'mn';
    swizzleBytes: SwizzleSpanBytes;
    bits: number;
    elementBytes: number;
    mn: Mode;
    k: Mode;
    leading: number;
    stride: number;
  }[] = [
    {
      name: 'K-major, none, tf32',
      major: 'k',
      swizzleBytes: 0,
      bits: 0,
      elementBytes: 4,
      mn: [
        [8, 2],
        [4, 32],
      ],
      k: [
        [4, 4],
        [1, 64],
      ],
      leading: 64 * 4,
      stride: 32 * 4,
    },
    {
      name: 'K-major, 32 bytes, tf32',
      major: 'k',
      swizzleBytes: 32,
      bits: 1,
      elementBytes: 4,
      mn: [
        [8, 2],
        [8, 64],
      ],
      k: [
        [4, 2],
        [1, 4],
      ],
      leading: 16,
      stride: 64 * 4,
    },
    {
      name: 'MN-major, none, bf16',
      major: 'mn',
      swizzleBytes: 0,
      bits: 0,
      elementBytes: 2,
      mn: [
        [8, 1, 2],
        [1, 8, 64],
      ],
      k: [
        [8, 2],
        [8, 128],
      ],
      leading: 128 * 2,
      stride: 64 * 2,
    },
    {
      name: 'MN-major, 32 bytes, bf16',
      major: 'mn',
      swizzleBytes: 32,
      bits: 1,
      elementBytes: 2,
      mn: [
        [8, 2, 2],
        [1, 8, 128],
      ],
      k: [
        [8, 2],
        [16, 256],
      ],
      leading: 128 * 2,
      stride: 256 * 2,
    },
    {
      name: 'MN-major, 64 bytes, bf16',
      major: 'mn',
      swizzleBytes: 64,
      bits: 2,
      elementBytes: 2,
      mn: [
        [8, 4, 2],
        [1, 8, 256],
      ],
      k: [
        [8, 2],
        [32, 512],
      ],
      leading: 256 * 2,
      stride: 512 * 2,
    },
    // By the canonical layouts, for the spans that the manual has no example of.
    {
      name: 'K-major, 64 bytes, bf16',
      major: 'k',
      swizzleBytes: 64,
      bits: 2,
      elementBytes: 2,
      mn: [
        [8, 4],
        [32, 256],
      ],
      k: [[32], [1]],
      leading: 16,
      stride: 512,
    },
    {
      name: 'K-major, 128 bytes, e4m3',
      major: 'k',
      swizzleBytes: 128,
      bits: 3,
      elementBytes: 1,
      mn: [
        [8, 4],
        [128, 1024],
      ],
      k: [[128], [1]],
      leading: 16,
      stride: 1024,
    },
    {
      name: 'MN-major, 128 bytes, bf16',
      major: 'mn',
      swizzleBytes: 128,
      bits: 3,
      elementBytes: 2,
      mn: [
        [8, 8, 2],
        [1, 8, 1024],
      ],
      k: [
        [8, 2],
        [64, 512],
      ],
      leading: 2048,
      stride: 1024,
    },
  ];

  it.each(examples)('$name', ({ major, swizzleBytes, bits, elementBytes, mn, k, leading, stride }) => {
    const addressBytes = 4096;
    const descriptor = descriptorWith({
      addressBytes,
      swizzleBytes,
      leadingByteOffset: leading,
      strideByteOffset: stride,
    });
    const size = (mode: Mode) => mode[0].reduce((product, extent) => product * extent, 1);
    const seen = new Set<number>();
    for (let row = 0; row < size(mn); row++) {
      for (let column = 0; column < size(k); column++) {
        const linear = addressBytes + (place(mn, row) + place(k, column)) * elementBytes;
        for (let byte = 0; byte < elementBytes; byte++) {
          const address = operandOffset(descriptor, major, row, column * elementBytes + byte);
          expect(address).toBe(permute(bits, linear + byte));
          seen.add(address);
        }
      }
    }
    expect(seen.size).toBe(size(mn) * size(k) * elementBytes);
  });

  it.each([32, 64, 128] as const)(
    'finds K-major what a tensor copy wrote, span %i, K advanced by 32',
    (span) => {
      const rows = 24;
      const bytes = Uint8Array.from({ length: rows * span }, (_, i) => (i * 37 + (i >> 8)) % 256);
      const map = {
        address: 0,
        element: 'uint8',
        dims: [span, rows],
        stridesBytes: [span],
        box: [span, rows],
        swizzleBytes: span,
      } as const;
      const shared = new Uint8Array(8192);
      executeLoad(
        planTensorLoad(map, [0, 0]),
        (at, length) => bytes.subarray(at, at + length),
        shared,
        3072,
        span,
      );
      for (let advance = 0; advance < span; advance += 32) {
        const descriptor = descriptorWith({
          addressBytes: 3072 + advance,
          strideByteOffset: 8 * span,
          swizzleBytes: span,
        });
        for (let row = 0; row < rows; row++)
          for (let kByte = 0; kByte < 32; kByte++)
            expect(shared[operandOffset(descriptor, 'k', row, kByte)]).toBe(
              bytes[row * span + advance + kByte],
            );
      }
    },
  );

  it.each([32, 64, 128] as const)('finds MN-major what a tensor copy wrote, span %i', (span) => {
    // B as [K, N] bf16, N contiguous: one box of K rows for each span of N.
    const depth = 16;
    const boxes = 2;
    const columns = (boxes * span) / 2;
    const bytes = Uint8Array.from({ length: depth * columns * 2 }, (_, i) => (i * 37 + (i >> 8)) % 256);
    const map = {
      address: 0,
      element: 'bfloat16',
      dims: [columns, depth],
      stridesBytes: [columns * 2],
      box: [span / 2, depth],
      swizzleBytes: span,
    } as const;
    const shared = new Uint8Array(8192);
    const readGlobal = (at: number, length: number) => bytes.subarray(at, at + length);
    for (let box = 0; box < boxes; box++)
      executeLoad(planTensorLoad(map, [(box * span) / 2, 0]), readGlobal, shared, box * depth * span, span);
    const descriptor = descriptorWith({
      leadingByteOffset: depth * span,
      strideByteOffset: 8 * span,
      swizzleBytes: span,
    });
    for (let n = 0; n < columns; n++)
      for (let k = 0; k < depth; k++)
        for (let byte = 0; byte < 2; byte++)
          expect(shared[operandOffset(descriptor, 'mn', n, 2 * k + byte)]).toBe(
            bytes[(k * columns + n) * 2 + byte],
          );
  });
});

describe('checkKSpan', () => {
  it('rejects K that runs out of its row', () => {
    const at = (addressBytes: number) => descriptorWith({ addressBytes, swizzleBytes: 64 });
    expect(() => checkKSpan(at(1056), 'k', 32)).not.toThrow();
    expect(() => checkKSpan(at(1072), 'k', 32)).toThrow('32 bytes of K inside a row of 64');
    expect(() => checkKSpan(at(1072), 'mn', 32)).not.toThrow();
    expect(() => checkKSpan({ ...at(1072), swizzleBytes: 0 }, 'k', 32)).not.toThrow();
  });
});

describe('operandByteRanges', () => {
  const cases: [string, MatrixDescriptor, 'k' | 'mn', number][] = [
    [
      'K-major 128',
      descriptorWith({ addressBytes: 1056, strideByteOffset: 1024, swizzleBytes: 128 }),
      'k',
      16,
    ],
    ['K-major 32', descriptorWith({ addressBytes: 1024, strideByteOffset: 256, swizzleBytes: 32 }), 'k', 0],
    ['K-major none', descriptorWith({ leadingByteOffset: 128, strideByteOffset: 512 }), 'k', 8],
    [
      'MN-major 64',
      descriptorWith({ leadingByteOffset: 1024, strideByteOffset: 512, swizzleBytes: 64 }),
      'mn',
      16,
    ],
    ['MN-major none', descriptorWith({ leadingByteOffset: 2048, strideByteOffset: 128 }), 'mn', 16],
  ];

  it.each(cases)('are exactly the bytes of the elements, %s', (_, descriptor, major, firstRow) => {
    const rows = 48;
    const expected = new Set<number>();
    for (let row = firstRow; row < firstRow + rows; row++)
      for (let kByte = 0; kByte < 32; kByte++) expected.add(operandOffset(descriptor, major, row, kByte));
    // A byte of an MN-major operand: 32 bytes of K are 16 elements, whose two bytes lie together.
    const ranges = operandByteRanges(descriptor, major, rows, 32, firstRow);
    const found: number[] = [];
    for (const { address, byteLength } of ranges)
      for (let i = 0; i < byteLength; i++) found.push(address + i);
    expect(found).toEqual([...expected].sort((a, b) => a - b));
    for (let i = 1; i < ranges.length; i++)
      expect(ranges[i]!.address).toBeGreaterThan(ranges[i - 1]!.address + ranges[i - 1]!.byteLength);
  });

  it('merges what lies together', () => {
    const dense = descriptorWith({ addressBytes: 512, strideByteOffset: 256, swizzleBytes: 32 });
    expect(operandByteRanges(dense, 'k', 64, 32)).toEqual([{ address: 512, byteLength: 2048 }]);
  });
});
