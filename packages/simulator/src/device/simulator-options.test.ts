import { DgValidationError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import {
  resolveExecutionOptions,
  resolveMultiprocessorCount,
  type SimulatorOptions,
  simulatorChecks,
} from './simulator-options.js';

describe('the options of a simulator', () => {
  it('check everything from a fixed seed by default', () => {
    const options = resolveExecutionOptions({}, {});
    expect(options).toMatchObject({ seed: 1, stepLimit: 1e9, trace: undefined });
    expect([...options.checks]).toEqual([...simulatorChecks]);
    expect(resolveMultiprocessorCount({})).toBe(4);
  });

  it('take the seed from DG_SIM_SEED unless one is given', () => {
    expect(resolveExecutionOptions({}, { DG_SIM_SEED: '4294967295' }).seed).toBe(4294967295);
    expect(resolveExecutionOptions({ seed: 0 }, { DG_SIM_SEED: '12' }).seed).toBe(0);
    expect(resolveExecutionOptions({}, { DG_SIM_SEED: '' }).seed).toBe(1);
  });

  it.each(['-1', '1.5', '0x10', 'true', '4294967296'])('refuse DG_SIM_SEED=%s', (text) => {
    expect(() => resolveExecutionOptions({}, { DG_SIM_SEED: text })).toThrow(
      `expected an integer from 0 to 4294967295 for environment variable DG_SIM_SEED but received "${text}"`,
    );
  });

  it('choose the checks', () => {
    expect(resolveExecutionOptions({ checks: 'none' }, {}).checks.size).toBe(0);
    expect([...resolveExecutionOptions({ checks: ['bounds', 'deadlock'] }, {}).checks]).toEqual([
      'bounds',
      'deadlock',
    ]);
  });

  it.each<SimulatorOptions>([
    { seed: -1 },
    { seed: 2 ** 32 },
    { stepLimit: 0 },
    { stepLimit: Number.NaN },
    { checks: ['spelling'] as never },
    { trace: { cta: -1, warp: 0, write: () => {} } },
    { trace: { cta: 0, warp: 0.5, write: () => {} } },
  ])('refuse %o', (options) => {
    expect(() => resolveExecutionOptions(options, {})).toThrow(DgValidationError);
  });

  it.each([0, 1.5, 1025])('refuse %d multiprocessors', (multiprocessorCount) => {
    expect(() => resolveMultiprocessorCount({ multiprocessorCount })).toThrow(
      `for multiprocessorCount of the simulator but received ${multiprocessorCount}`,
    );
  });
});
