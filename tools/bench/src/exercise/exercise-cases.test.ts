import { describe, expect, it } from 'vitest';
import { denseGemm } from '../gemms/dense-gemm.js';
import { exerciseCases } from './exercise-cases.js';
import { groupedExercises } from './exercise-kernels.js';

const largestFlop = 2e9;

describe('exercise cases', () => {
  const cases = exerciseCases();
  const kinds = new Set(
    cases.map(({ operation, config, accumulate }) =>
      [operation, config.clusterM, config.clusterN, config.store, config.output, accumulate].join(' '),
    ),
  );

  it.each(['fp8_nt_1d2d', 'bf16_nt'])('have %s alone and in clusters, in every way out', (operation) => {
    for (const cluster of ['1 1', '2 1', '1 2']) {
      for (const store of ['tma', 'guarded']) {
        for (const output of ['bfloat16', 'float32']) {
          for (const accumulate of [false, true]) {
            expect(kinds).toContain([operation, cluster, store, output, accumulate].join(' '));
          }
        }
      }
    }
  });

  it('have shapes that their store can write, with a tail in each dimension', () => {
    for (const { config, shape } of cases) {
      const [m, n, k] = shape;
      expect(n % 8 === 0).toBe(config.store === 'tma');
      expect(m % config.blockM).not.toBe(0);
      expect(n % config.blockN).not.toBe(0);
      expect(k % 128).not.toBe(0);
    }
  });

  it('are small enough for a sanitizer', () => {
    for (const { operation, shape } of cases) {
      expect(denseGemm(operation, shape).flop).toBeLessThanOrEqual(largestFlop);
    }
    for (const { flop } of groupedExercises) expect(flop).toBeLessThanOrEqual(largestFlop);
    expect(cases.length).toBeLessThan(120);
  });
});
