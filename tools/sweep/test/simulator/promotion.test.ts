import { createSimulator } from '@dg/simulator';
import { afterAll, expect, it } from 'vitest';
import { measurePromotion } from '../../src/promotion/measure-promotion.js';
import { noises, promotionVariantName, promotionVariants } from '../../src/promotion/promotion-variant.js';

const device = createSimulator({ seed: 1, multiprocessorCount: 1 });
afterAll(() => device.destroy());

// One with each promotion and each noise; the simulator has no clock, and finds what is wrong.
const few = promotionVariants.filter(
  ({ warpgroups, columns, noise }) =>
    (warpgroups === 1 && noise === 'none') || (columns === 128 && noise !== 'none'),
);

it('are few, of every kind', () => {
  expect(new Set(few.map(({ promotion }) => promotion)).size).toBe(6);
  expect(new Set(few.map(({ noise }) => noise)).size).toBe(noises.length);
});

it.each(few.map((variant) => [promotionVariantName(variant), variant] as const))(
  '%s runs',
  async (_, variant) => {
    const row = await measurePromotion(device, variant, { passes: 1, blocks: 1, clock: false });
    expect(row).toMatchObject({ cycles: 0, tensorCycles: expect.any(Number) });
    expect(row.noiseCycles === undefined).toBe(variant.noise === 'none');
  },
);
