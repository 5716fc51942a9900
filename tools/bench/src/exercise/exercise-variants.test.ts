import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import { requestDevice } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import {
  denseGemmConfigs,
  reachableGemmConfigs,
} from '../../../../packages/api/src/config/gemm-candidates.js';
import { exerciseLayouts } from './exercise-layouts.js';
import { exerciseVariants } from './exercise-variants.js';
import { variantCases } from './variant-cases.js';

const groupings = ['dense', 'contiguous', 'masked', 'k'];

/** Kernels of different types may have a name in common. */
function kernelNames(kind: string, configs: readonly GemmConfig[]): string[] {
  return configs.map((config) => `${kind} ${gemmConfigName(config)}`);
}

describe('the exercise', () => {
  const cases = variantCases();
  const names = cases.map(({ name }) => name);
  /** One of each form and way out: what configuration computes it does not matter to the cpu. */
  const firstOfForm = new Map<string, string>();
  for (const { name, config } of cases) {
    const form = config === undefined ? name : name.replace(` ${gemmConfigName(config)}`, '');
    if (!firstOfForm.has(form)) firstOfForm.set(form, name);
  }
  const firstOnes = new Set(firstOfForm.values());

  it.each(['fp8-1d2d', 'fp8-1d1d', 'bf16'])('has every form of %s, in every way out', (kind) => {
    for (const form of groupings) {
      // Weight gradients have scales for each row.
      if (kind === 'fp8-1d2d' && form === 'k') continue;
      for (const majors of kind === 'bf16' ? [' k-k', ' k-mn', ' mn-k', ' mn-mn'] : ['']) {
        for (const output of form === 'k' ? ['float32'] : ['float32', 'bfloat16']) {
          for (const store of ['tma', 'guarded']) {
            const start = `${kind} ${form}${majors} ${output} ${store}`;
            expect(names.some((name) => name.startsWith(start))).toBe(true);
          }
        }
      }
    }
  });

  it('has every kernel that is not one of a plain dense product', () => {
    const exercised = cases.flatMap(({ kind, config }) =>
      config === undefined ? [] : kernelNames(kind, [config]),
    );
    const plain = new Set(
      (['fp8-1d2d', 'bf16'] as const).flatMap((kind) => kernelNames(kind, denseGemmConfigs(kind))),
    );
    const reachable = (['fp8-1d2d', 'fp8-1d1d', 'bf16'] as const).flatMap((kind) =>
      kernelNames(kind, reachableGemmConfigs(kind)),
    );
    expect(new Set(exercised)).toEqual(new Set(reachable.filter((name) => !plain.has(name))));
  });

  it('is small, and right on the cpu', async () => {
    const device = await requestDevice('cpu');
    const told: string[] = [];
    await exerciseVariants(
      device,
      (name) => firstOnes.has(name),
      (name) => told.push(name),
    );
    expect(new Set(told)).toEqual(firstOnes);
    expect(told.length).toBeLessThan(100);
    expect(names.length).toBeLessThan(300);
    await exerciseLayouts(
      device,
      () => true,
      (name) => told.push(name),
    );
    expect(new Set(told).size).toBe(told.length);
  });
});
