import { describe, expect, it } from 'vitest';
import { gemmFlop } from '../gemm-operation.js';
import { casesOfEachKind, exerciseCases } from './exercise-cases.js';

const h200 = { multiprocessorCount: 132 };

describe('exercise cases', () => {
  const kinds = [...casesOfEachKind(h200).keys()];

  it.each(['fp8_nt_1d2d', 'bf16_nt'])('have %s stored both ways, alone and in a cluster', (operation) => {
    for (const cluster of [/ c1x1 /, / c2x1 | c1x2 /]) {
      for (const store of [/ tma$/, / guarded$/]) {
        const matching = kinds.filter(
          (kind) => kind.startsWith(operation) && cluster.test(kind) && store.test(kind),
        );
        expect(matching, `${operation} ${cluster} ${store}`).not.toEqual([]);
      }
    }
  });

  it('have a float32 D and C, stored both ways', () => {
    const outputs = exerciseCases(h200).map(
      ({ operation, shape, output }) =>
        `${operation} ${output.outputType} ${output.accumulate} ${shape.n % 8 === 0}`,
    );
    expect(outputs).toEqual(
      expect.arrayContaining(['fp8_nt_1d2d float32 true true', 'bf16_nt bfloat16 true false']),
    );
  });

  it('are small enough for a sanitizer', () => {
    for (const { shape } of exerciseCases(h200)) expect(gemmFlop(shape)).toBeLessThanOrEqual(10e9);
  });
});
