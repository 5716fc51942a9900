import { describe, expect, it } from 'vitest';
import { asSwizzleSpan, type SwizzleSpanBytes, swizzleOffset, swizzlePeriodBytes } from './swizzle.js';

const spans: SwizzleSpanBytes[] = [32, 64, 128];
const sharedBytes = 4096;

/** The rule of the manual, bit by bit: [flipped bit, bit that flips it]. */
const bitPairs: Record<SwizzleSpanBytes, [number, number][]> = {
  0: [],
  32: [[4, 7]],
  64: [
    [4, 7],
    [5, 8],
  ],
  128: [
    [4, 7],
    [5, 8],
    [6, 9],
  ],
};

describe('swizzleOffset', () => {
  it.each([0, ...spans] as const)('flips the bits of the manual for every address, span %i', (span) => {
    for (let address = 0; address < sharedBytes; address++) {
      const bits = address.toString(2).padStart(18, '0').split('').reverse();
      const flipped = [...bits];
      for (const [target, source] of bitPairs[span]) {
        flipped[target] = bits[target] === bits[source] ? '0' : '1';
      }
      expect(swizzleOffset(address, span)).toBe(Number.parseInt(flipped.reverse().join(''), 2));
    }
  });

  it.each(spans)('permutes the 16-byte chunks inside each span of %i bytes', (span) => {
    for (let start = 0; start < sharedBytes; start += span) {
      const seen = new Set<number>();
      for (let byte = 0; byte < span; byte++) {
        const swizzled = swizzleOffset(start + byte, span);
        expect(swizzled % 16).toBe(byte % 16);
        expect(Math.floor(swizzled / span)).toBe(start / span);
        expect(swizzleOffset(swizzled, span)).toBe(start + byte);
        seen.add(swizzled);
      }
      expect(seen.size).toBe(span);
    }
  });

  it.each(spans)('repeats after its period and not before, span %i', (span) => {
    const period = swizzlePeriodBytes(span);
    for (let address = 0; address < sharedBytes; address++) {
      expect(swizzleOffset(address + period, span)).toBe(swizzleOffset(address, span) + period);
    }
    const half = period / 2;
    expect(swizzleOffset(half, span)).not.toBe(half);
  });

  it('puts the eight rows of a 128-byte atom into eight different banks', () => {
    const banks = Array.from({ length: 8 }, (_, row) => swizzleOffset(row * 128, 128) % 128);
    expect(banks).toEqual([0, 16, 32, 48, 64, 80, 96, 112]);
  });
});

it('knows the periods and the spans', () => {
  expect([0, 32, 64, 128].map((span) => swizzlePeriodBytes(asSwizzleSpan(span)))).toEqual([
    1, 256, 512, 1024,
  ]);
  expect(() => asSwizzleSpan(96)).toThrow(
    'expected 0, 32, 64 or 128 bytes for the swizzle span but received 96',
  );
});
