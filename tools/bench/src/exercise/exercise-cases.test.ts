import { gemmClusterSize, gemmConfigName } from '@dg/kernels';
import { describe, expect, it } from 'vitest';
import { denseGemmConfigs } from '../../../../packages/api/src/config/gemm-candidates.js';
import { denseGemm } from '../gemms/dense-gemm.js';
import { exerciseCases } from './exercise-cases.js';

const largestFlop = 2e9;

/** What no candidate is: the one dense BF16 tile that shares an operand, 256×192, has no registers for a float32 D. */
const nowhere = ['bf16_nt 2 1 tma float32'];

describe('exercise cases', () => {
  const cases = exerciseCases();
  const kinds = new Set(
    cases.map(({ operation, config, accumulate }) =>
      [operation, gemmClusterSize(config), config.splitK ?? 1, config.store, config.output, accumulate].join(
        ' ',
      ),
    ),
  );

  it.each(['fp8_nt_1d2d', 'bf16_nt'])(
    'have %s alone, in clusters and split, in every way out',
    (operation) => {
      for (const way of ['1 1 tma', '1 1 guarded', '2 1 tma', '2 2 guarded', '4 4 guarded', '8 8 guarded']) {
        for (const output of ['bfloat16', 'float32']) {
          const kind = [operation, way, output].join(' ');
          for (const accumulate of [false, true]) {
            expect(kinds.has(`${kind} ${accumulate}`)).toBe(!nowhere.includes(kind));
          }
        }
      }
    },
  );

  it('have every kernel of a dense product', () => {
    for (const [operation, kind] of [
      ['fp8_nt_1d2d', 'fp8-1d2d'],
      ['bf16_nt', 'bf16'],
    ] as const) {
      const names = cases
        .filter((each) => each.operation === operation)
        .map((each) => gemmConfigName(each.config));
      expect(new Set(names)).toEqual(new Set(denseGemmConfigs(kind).map(gemmConfigName)));
    }
  });

  it('have few rows of every height of tile, cut and way out', () => {
    const kindOf = ({ operation, config }: (typeof cases)[number]) =>
      [
        operation,
        config.blockM,
        gemmClusterSize(config),
        config.splitK ?? 1,
        config.store,
        config.output,
      ].join(' ');
    const ofFewRows = cases.filter(({ shape: [m] }) => m < 8);
    expect(new Set(ofFewRows.map(kindOf))).toEqual(new Set(cases.map(kindOf)));
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
    expect(cases.length).toBeLessThan(350);
  });
});
