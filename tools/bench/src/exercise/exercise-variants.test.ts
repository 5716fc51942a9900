import { requestDevice } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { exerciseLayouts } from './exercise-layouts.js';
import { exerciseVariants } from './exercise-variants.js';
import { variantCases } from './variant-cases.js';

const forms = ['dense', 'contiguous', 'masked', 'k'];

describe('the exercise', () => {
  const names = variantCases().map(({ name }) => name);

  it.each(['fp8-1d2d', 'fp8-1d1d', 'bf16'])('has every form of %s, in every way out', (kind) => {
    for (const form of forms) {
      // Weight gradients have scales for each row.
      if (kind === 'fp8-1d2d' && form === 'k') continue;
      for (const majors of kind === 'bf16' ? [' k-k', ' k-mn', ' mn-k', ' mn-mn'] : ['']) {
        for (const output of form === 'k' ? ['float32'] : ['float32', 'bfloat16']) {
          for (const store of ['tma', 'guarded']) {
            expect(names).toContain(`${kind} ${form}${majors} ${output} ${store}`);
          }
        }
      }
    }
  });

  it('is small, and right on the cpu', async () => {
    const device = await requestDevice('cpu');
    const told: string[] = [];
    await exerciseVariants(
      device,
      () => true,
      (name) => told.push(name),
    );
    expect(told).toEqual(names);
    expect(told.length).toBeLessThan(100);
    await exerciseLayouts(
      device,
      () => true,
      (name) => told.push(name),
    );
    expect(new Set(told).size).toBe(told.length);
  });
});
