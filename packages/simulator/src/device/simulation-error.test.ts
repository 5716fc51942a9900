import { DgError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { DgSimulationError, type SimulationReport } from './simulation-error.js';

const report: SimulationReport = {
  check: 'bounds',
  kernel: 'fp8-gemm',
  cta: [1, 0, 0],
  warp: 3,
  detail: 'expected a range within one allocation\nbut received none',
  seed: 7,
};

describe('DgSimulationError', () => {
  it('carries the report and a stable code', () => {
    const error = new DgSimulationError(report);
    expect(DgError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'DG_SIMULATION_FAULT', name: 'DgSimulationError', report });
  });

  it('leaves out what is not known', () => {
    expect(new DgSimulationError(report).message.split('\n')).toEqual([
      'fp8-gemm: bounds: expected a range within one allocation',
      '  but received none',
      '  at CTA [1, 0, 0], warp 3',
      '  seed 7; DG_SIM_SEED=7 repeats it',
    ]);
  });

  it('names lane, PTX line and source line', () => {
    const error = new DgSimulationError({
      ...report,
      lane: 0,
      ptxLine: 412,
      ptxText: '\tld.global.u32 %r1, [%rd1];',
      source: { file: 'dg/gemm/epilogue.cuh', line: 88 },
    });
    expect(error.message.split('\n').slice(2)).toEqual([
      '  at CTA [1, 0, 0], warp 3, lane 0',
      '  PTX line 412: ld.global.u32 %r1, [%rd1];',
      '  source dg/gemm/epilogue.cuh:88',
      '  seed 7; DG_SIM_SEED=7 repeats it',
    ]);
  });
});
