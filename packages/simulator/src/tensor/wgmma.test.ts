import { describe, expect, it } from 'vitest';
import { e4m3Values, type OperandType } from './float-formats.js';
import { type MatrixDescriptor, type OperandMajor, operandOffset } from './matrix-descriptor.js';
import { PanelCache } from './panel-cache.js';
import { type FragmentProduct, multiplyFragment } from './wgmma.js';

const warps = [0, 1, 2, 3] as const;
const depths: Record<OperandType, number> = { e4m3: 32, bf16: 16, tf32: 8 };
const addressA = 0;
const addressB = 16384;

/** A small deterministic generator, so that a failure repeats. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 8;
  };
}

/** Small integers, exact in every format; 17 different values so that swapped elements show. */
const matrix = (rows: number, columns: number, seed: number) => {
  const next = numbersFrom(seed);
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => (next() % 17) - 8));
};

function encode(type: OperandType, value: number): Uint8Array {
  if (type === 'e4m3') return Uint8Array.of(e4m3Values.findIndex((other) => Object.is(other, value)));
  const bytes = new Uint8Array(Float32Array.of(value).buffer);
  return type === 'bf16' ? bytes.slice(2) : bytes;
}

function writeOperand(
  shared: Uint8Array,
  descriptor: MatrixDescriptor,
  major: OperandMajor,
  type: OperandType,
  values: number[][],
): void {
  values.forEach((row, r) => {
    row.forEach((value, k) => {
      const bytes = encode(type, value);
      bytes.forEach((byte, i) => {
        shared[operandOffset(descriptor, major, r, k * bytes.length + i)] = byte;
      });
    });
  });
}

const kMajor = (addressBytes: number): MatrixDescriptor => ({
  addressBytes,
  leadingByteOffset: 0,
  strideByteOffset: 1024,
  baseOffset: 0,
  swizzleBytes: 128,
});
const mnMajor = (addressBytes: number): MatrixDescriptor => ({
  addressBytes,
  leadingByteOffset: 2048,
  strideByteOffset: 1024,
  baseOffset: 0,
  swizzleBytes: 128,
});
const descriptorOf = (major: OperandMajor, address: number) =>
  major === 'k' ? kMajor(address) : mnMajor(address);

/** The place of D[row, column] among the registers of its warp, by HOPPER's formula read backwards. */
function fragmentIndex(row: number, column: number): { warp: number; index: number } {
  const rowInWarp = row % 16;
  const lane = (rowInWarp % 8) * 4 + Math.floor((column % 8) / 2);
  const register = 4 * Math.floor(column / 8) + (rowInWarp >= 8 ? 2 : 0) + (column % 2);
  return { warp: Math.floor(row / 16), index: register * 32 + lane };
}

interface Case {
  type: OperandType;
  n: number;
  aMajor: OperandMajor;
  bMajor: OperandMajor;
}

function setUp({ type, n, aMajor, bMajor }: Case) {
  const a = matrix(64, depths[type], 1);
  const b = matrix(n, depths[type], 2);
  const shared = new Uint8Array(65536).fill(type === 'tf32' ? 0xff : 0x7f);
  writeOperand(shared, descriptorOf(aMajor, addressA), aMajor, type, a);
  writeOperand(shared, descriptorOf(bMajor, addressB), bMajor, type, b);
  const product = (warpInGroup: 0 | 1 | 2 | 3, more: Partial<FragmentProduct> = {}): FragmentProduct => ({
    shape: { n, kBytes: 32 },
    type,
    a: { descriptor: descriptorOf(aMajor, addressA) },
    aMajor,
    b: { descriptor: descriptorOf(bMajor, addressB), major: bMajor },
    shared,
    warpInGroup,
    accumulators: new Float32Array(16 * n).fill(Number.NaN),
    accumulate: false,
    ...more,
  });
  const expected = (row: number, column: number) =>
    a[row]!.reduce((sum, value, k) => sum + value * b[column]![k]!, 0);
  return { a, b, shared, product, expected };
}

const cases: Case[] = [
  { type: 'e4m3', n: 8, aMajor: 'k', bMajor: 'k' },
  { type: 'e4m3', n: 256, aMajor: 'k', bMajor: 'k' },
  { type: 'bf16', n: 24, aMajor: 'k', bMajor: 'k' },
  { type: 'bf16', n: 128, aMajor: 'k', bMajor: 'mn' },
  { type: 'bf16', n: 72, aMajor: 'mn', bMajor: 'k' },
  { type: 'bf16', n: 104, aMajor: 'mn', bMajor: 'mn' },
  { type: 'tf32', n: 40, aMajor: 'k', bMajor: 'k' },
];

describe.each(cases)('$type, n $n, A $aMajor-major, B $bMajor-major', (shape) => {
  const { product, expected } = setUp(shape);

  it('computes every element of D in its register', () => {
    const results = warps.map((warp) => {
      const call = product(warp);
      multiplyFragment(call);
      return call.accumulators;
    });
    for (let row = 0; row < 64; row++) {
      for (let column = 0; column < shape.n; column++) {
        const { warp, index } = fragmentIndex(row, column);
        expect(results[warp]![index]).toBe(expected(row, column));
      }
    }
  });

  it.each([
    [true, true, 1],
    [true, false, -1],
    [false, true, -1],
    [false, false, 1],
  ])('accumulates with negated A %s and B %s', (negateA, negateB, sign) => {
    const accumulators = Float32Array.from({ length: 16 * shape.n }, (_, i) => i);
    multiplyFragment(product(2, { accumulators, accumulate: true, negateA, negateB }));
    for (let row = 32; row < 48; row++) {
      for (let column = 0; column < shape.n; column++) {
        const { index } = fragmentIndex(row, column);
        expect(accumulators[index]).toBe(index + sign * expected(row, column));
      }
    }
  });
});

describe('A in registers', () => {
  it.each(['e4m3', 'bf16', 'tf32'] as const)('equals A in shared memory, %s', (type) => {
    const { a, product } = setUp({ type, n: 16, aMajor: 'k', bMajor: 'k' });
    const perRegister = depths[type] / 8;
    for (const warp of warps) {
      const registers = new Uint32Array(128);
      const bytes = new Uint8Array(registers.buffer);
      for (let register = 0; register < 4; register++) {
        for (let lane = 0; lane < 32; lane++) {
          for (let i = 0; i < perRegister; i++) {
            // Figures of 9.7.15.5.1.1: row groupID (+ 8 in odd registers), column of its quarter (+ K / 2).
            const row = 16 * warp + Math.floor(lane / 4) + (register % 2) * 8;
            const k = (lane % 4) * perRegister + i + (register >= 2 ? depths[type] / 2 : 0);
            const value = encode(type, a[row]![k]!);
            bytes.set(value, (register * 32 + lane) * 4 + i * value.length);
          }
        }
      }
      const fromShared = product(warp);
      const fromRegisters = product(warp, { a: { registers } });
      multiplyFragment(fromShared);
      multiplyFragment(fromRegisters);
      expect(fromRegisters.accumulators).toEqual(fromShared.accumulators);
    }
  });

  it('wants four registers', () => {
    const { product } = setUp({ type: 'bf16', n: 8, aMajor: 'k', bMajor: 'k' });
    expect(() => multiplyFragment(product(0, { a: { registers: new Uint32Array(64) } }))).toThrow(
      '128 words',
    );
  });
});

describe('cache', () => {
  it('serves one version and forgets the others', () => {
    const { product, shared } = setUp({ type: 'e4m3', n: 8, aMajor: 'k', bMajor: 'k' });
    const panels = new PanelCache();
    const run = (version: number) => {
      const call = product(0, { cache: { panels, version } });
      multiplyFragment(call);
      return call.accumulators;
    };
    const before = run(1);
    shared.fill(0, addressB);
    expect(run(1)).toEqual(before);
    expect(run(2).every((value) => value === 0)).toBe(true);
    expect(before.some((value) => value !== 0)).toBe(true);
  });

  it('tells operands apart', () => {
    const { product } = setUp({ type: 'bf16', n: 16, aMajor: 'k', bMajor: 'k' });
    const panels = new PanelCache();
    const variants: Partial<FragmentProduct>[] = [
      {},
      { b: { descriptor: kMajor(addressA), major: 'k' } },
      { b: { descriptor: kMajor(addressB), major: 'mn' } },
      { b: { descriptor: { ...kMajor(addressB), swizzleBytes: 64 }, major: 'k' } },
      { b: { descriptor: { ...kMajor(addressB), strideByteOffset: 512 }, major: 'k' } },
      { type: 'e4m3' },
    ];
    for (const variant of variants) {
      const cached = product(1, { ...variant, cache: { panels, version: 0 } });
      const plain = product(1, variant);
      multiplyFragment(cached);
      multiplyFragment(plain);
      expect(cached.accumulators).toEqual(plain.accumulators);
    }
  });
});

it('rounds once: what float32 partial sums would lose is kept', () => {
  const { product, shared } = setUp({ type: 'bf16', n: 8, aMajor: 'k', bMajor: 'k' });
  const a = matrix(64, 16, 1).map((row) =>
    row.map((_, k) => (k === 0 ? 2 ** 30 : k === 1 ? 1 : k === 2 ? -(2 ** 30) : 0)),
  );
  writeOperand(shared, kMajor(addressA), 'k', 'bf16', a);
  writeOperand(
    shared,
    kMajor(addressB),
    'k',
    'bf16',
    matrix(8, 16, 2).map((row) => row.map(() => 1)),
  );
  const call = product(3);
  multiplyFragment(call);
  expect(call.accumulators.every((value) => value === 1)).toBe(true);
});

it('carries NaN and infinity', () => {
  const { product, shared } = setUp({ type: 'e4m3', n: 8, aMajor: 'k', bMajor: 'k' });
  shared[operandOffset(kMajor(addressA), 'k', 0, 0)] = 0x7f;
  const call = product(0);
  multiplyFragment(call);
  for (let column = 0; column < 8; column++) {
    expect(call.accumulators[fragmentIndex(0, column).index]).toBeNaN();
    expect(call.accumulators[fragmentIndex(1, column).index]).not.toBeNaN();
  }
});

describe('errors', () => {
  const { product } = setUp({ type: 'e4m3', n: 16, aMajor: 'k', bMajor: 'k' });

  it.each<[string, Partial<FragmentProduct>]>([
    ['expected a multiple of 8 up to 256 for n of a WGMMA but received 12', { shape: { n: 12, kBytes: 32 } }],
    ['received 264', { shape: { n: 264, kBytes: 32 } }],
    ['expected 256 values for the accumulators of a warp', { accumulators: new Float32Array(255) }],
    ['expected bf16 for an MN-major operand but received e4m3', { aMajor: 'mn' }],
    ['expected bf16 for an MN-major operand', { b: { descriptor: kMajor(addressB), major: 'mn' } }],
    ['the end of an operand in shared memory', { a: { descriptor: kMajor(65536 - 4096) }, warpInGroup: 3 }],
    ['32 bytes of K inside a row of 128', { a: { descriptor: kMajor(112) } }],
    ['base offset 0', { a: { descriptor: { ...kMajor(0), baseOffset: 1 } } }],
  ])('%s', (message, change) => {
    expect(() => multiplyFragment(product(change.warpInGroup ?? 0, change))).toThrow(message);
  });
});

it('reads up to the last byte of shared memory and not beyond', () => {
  const { product, shared } = setUp({ type: 'e4m3', n: 16, aMajor: 'k', bMajor: 'k' });
  // The swizzle puts the first chunk of the last row at its end.
  const end = addressB + 16 * 128;
  expect(() => multiplyFragment(product(0, { shared: shared.subarray(0, end) }))).not.toThrow();
  expect(() => multiplyFragment(product(0, { shared: shared.subarray(0, end - 1) }))).toThrow(
    `expected at most ${end - 1} for the end of an operand in shared memory but received ${end}`,
  );
});

it('is fast: 256 x 256 x 512 of FP8 in under a second', () => {
  const { product } = setUp({ type: 'e4m3', n: 256, aMajor: 'k', bMajor: 'k' });
  const panels = new PanelCache();
  const accumulators = new Float32Array(16 * 256);
  const warpgroups = 4;
  const instructions = 512 / 32;
  const start = performance.now();
  for (let i = 0; i < instructions; i++)
    for (let group = 0; group < warpgroups; group++)
      for (const warp of warps)
        multiplyFragment(
          product(warp, {
            accumulators,
            accumulate: true,
            cache: { panels, version: i * warpgroups + group },
          }),
        );
  expect(performance.now() - start).toBeLessThan(1000);
});
