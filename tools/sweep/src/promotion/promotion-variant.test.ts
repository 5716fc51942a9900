import { describe, expect, it } from 'vitest';
import { promotionKernel } from './promotion-kernel.js';
import {
  noises,
  promotions,
  promotionVariantName,
  promotionVariants,
  tensorCycles,
} from './promotion-variant.js';

describe('promotion variants', () => {
  it('have names and kernels of their own, and every promotion and noise is among them', () => {
    const count = promotionVariants.length;
    expect(new Set(promotionVariants.map(promotionVariantName)).size).toBe(count);
    expect(new Set(promotionVariants.map((variant) => promotionKernel(variant).source.code)).size).toBe(
      count,
    );
    expect(new Set(promotionVariants.map(({ promotion }) => promotion))).toEqual(
      new Set(Object.keys(promotions)),
    );
    expect(new Set(promotionVariants.map(({ noise }) => noise))).toEqual(new Set(noises));
  });

  it('fit the shared memory of a block', () => {
    for (const variant of promotionVariants) {
      expect(promotionKernel(variant).sharedMemoryBytes, promotionVariantName(variant)).toBeLessThanOrEqual(
        232_448,
      );
    }
  });

  it('know what the tensor cores need: 1024 cycles for 128 x 256 x 128', () => {
    const wide = promotionVariants.find(({ columns }) => columns === 256)!;
    expect(tensorCycles(wide)).toBe(1024);
  });
});
