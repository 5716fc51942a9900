import { describe, expect, it } from 'vitest';
import { gemmCase } from '../../../bench/src/gemms/gemm-tables.js';
import { allCandidates, libraryChoice } from '../library/candidates.js';
import type { SweepLine } from '../sweep-row.js';
import {
  fixedConstants,
  libraryConstants,
  type ModelConstant,
  type ModelConstants,
  withModel,
} from './cost-model.js';
import { fitConstants } from './fit-constants.js';
import { fitModel } from './fit-model.js';
import { fitReport } from './fit-report.js';
import { nelderMead } from './nelder-mead.js';
import { defaultWeights, selectionLoss } from './selection-loss.js';

describe('nelderMead', () => {
  it('finds the bottom of a curved valley', () => {
    const rosenbrock = ([x, y]: readonly number[]) => (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2;
    const { point, value } = nelderMead(rosenbrock, [-1.2, 1], {
      step: 0.5,
      mostEvaluations: 500,
      tolerance: 1e-12,
    });
    expect(value).toBeLessThan(1e-8);
    expect(point[0]).toBeCloseTo(1, 3);
    expect(point[1]).toBeCloseTo(1, 3);
  });

  it('stops at its limit', () => {
    const options = { step: 1, mostEvaluations: 20, tolerance: 0 };
    expect(nelderMead(([x]) => x!, [0], options).evaluations).toBeLessThanOrEqual(22);
  });
});

describe('fitConstants', () => {
  it('finds constants of different size', () => {
    const objective = ({ small, large }: { readonly small: number; readonly large: number }) =>
      Math.log(small / 0.02) ** 2 + Math.log(large / 3000) ** 2;
    const { constants, loss, startLoss } = fitConstants(objective, { small: 0.05, large: 1000 });
    expect(startLoss).toBeGreaterThan(1);
    expect(loss).toBeLessThan(1e-4);
    expect(constants.small).toBeCloseTo(0.02, 3);
    expect(constants.large / 3000).toBeCloseTo(1, 1);
  });

  it('leaves a start that is best', () => {
    expect(fitConstants(({ x }: { readonly x: number }) => Math.abs(Math.log(x)), { x: 1 }).constants.x).toBe(
      1,
    );
  });

  it('needs constants above 0', () => {
    expect(() => fitConstants(() => 0, { x: 0 })).toThrow('expected a constant above 0 for x but received 0');
  });
});

describe('loss of a choice', () => {
  const shapes = [
    {
      problem: 'p',
      measured: [
        { config: 1, us: 10 },
        { config: 2, us: 20 },
      ],
    },
    {
      problem: 'q',
      measured: [
        { config: 1, us: 30 },
        { config: 2, us: 15 },
      ],
    },
  ];

  it('is that of the lowest estimate, and of the estimates themselves', () => {
    const found = selectionLoss(shapes, (_, config) => config * 10, { error: 1, worst: 1 });
    expect(found.meanRatio).toBeCloseTo(Math.SQRT2, 12);
    expect(found.worstRatio).toBeCloseTo(2, 12);
    const squared = (Math.log(10 / 30) ** 2 + Math.log(20 / 15) ** 2) / 4;
    expect(found.logError).toBeCloseTo(Math.sqrt(squared), 12);
    expect(found.loss).toBeCloseTo(Math.log(2) / 2 + Math.log(2) + squared, 12);
  });
});

describe('model', () => {
  const device = { multiprocessorCount: 132 };
  const shapes = [
    [64, 2112, 7168],
    [1024, 7168, 2048],
    [4096, 4096, 7168],
  ];
  const candidates = shapes.flatMap((shape) => {
    const { problem } = gemmCase('fp8_nt_1d2d', shape);
    const chosen = libraryChoice(problem, device);
    return allCandidates(problem).map((config) => ({ shape, problem, config, chosen: config === chosen }));
  });
  const estimates = (constants: ModelConstants) =>
    withModel(constants, device, (model) => candidates.map(({ problem, config }) => model(problem, config)));
  const larger = (name: ModelConstant) => ({ ...libraryConstants, [name]: 1.5 * libraryConstants[name] });
  const known = estimates(libraryConstants);
  const changes = (name: ModelConstant) =>
    estimates(larger(name)).some((estimate, i) => Math.abs(estimate / known[i]! - 1) > 0.1);
  /** A constant that matters, whichever the model has today. */
  const name = (Object.keys(libraryConstants) as ModelConstant[]).find(
    (each) => !fixedConstants.includes(each) && changes(each),
  )!;

  it('takes other constants and gives them back', () => {
    expect(estimates(larger(name))).not.toEqual(known);
    expect(estimates(libraryConstants)).toEqual(known);
  });

  it('is fitted to what a card with another constant would measure', () => {
    const measured = estimates(larger(name));
    const lines: SweepLine[] = candidates.map(({ shape, config, chosen }, i) => ({
      op: 'fp8_nt_1d2d',
      shape,
      name: `candidate ${i}`,
      config,
      us: measured[i]!,
      estimatedUs: known[i]!,
      chosen,
      device: 'card',
      date: '2026-11-22',
      commit: null,
    }));
    const found = fitModel(lines, [name], defaultWeights, { restarts: 2, evaluationsPerRestart: 200 });
    expect(found.after.logError).toBeLessThan(0.02 * found.before.logError);
    expect(found.after.meanRatio).toBeCloseTo(1, 6);
    expect(found.constants[name] / libraryConstants[name]).toBeCloseTo(1.5, 1);
    const text = fitReport(found, [name]);
    expect(text).toMatch(/^before .*\nafter /);
    expect(text).toContain(name);
  });

  it('needs measurements', () => {
    expect(() => fitModel([], [name], defaultWeights)).toThrow('expected measurements to fit to');
  });
});
