import { gemmClusterSize } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reachableGemmConfigs } from '../config/gemm-candidates.js';
import { hopper } from '../config/hopper-model.js';
import type { DenseProblem } from '../problem/gemm-problem.js';
import { gemmPlan } from './gemm-plan.js';

const tcUtil = hopper.tensorUtilization;
const problem: DenseProblem = {
  kind: 'dense',
  operandType: 'float8_e4m3fn',
  m: 4096,
  n: 7168,
  k: 2048,
  majorA: 'k',
  majorB: 'k',
  outputType: 'bfloat16',
  accumulate: false,
  tmaStorable: true,
};

/** What a plan needs of a device; the names of the kernels that it loads are collected. */
function planningDevice(): { device: KernelDevice; names: Set<string> } {
  const names = new Set<string>();
  const device = {
    properties: { multiprocessorCount: 132 },
    kernel: ({ name }: { name: string }) => names.add(name),
  };
  return { device: device as unknown as KernelDevice, names };
}

describe('gemmPlan', () => {
  it.each([1, 2, 3, 24, 78, 131, 132])(
    'launches at most %i CTAs where so many multiprocessors are allowed',
    (numSms) => {
      for (const [m, n] of [
        [1, 576],
        [64, 7168],
        [4096, 7168],
      ] as const) {
        const { device } = planningDevice();
        const { grid, config, rasterRows } = gemmPlan(device, { ...problem, m, n }, { numSms, tcUtil });
        expect(grid[0]).toBeLessThanOrEqual(numSms);
        expect(grid[0]).toBeGreaterThan(0);
        expect(grid[0] % gemmClusterSize(config)).toBe(0);
        expect(rasterRows).toBeGreaterThan(0);
      }
    },
  );

  // Pitfall: "fewest SMs that keep the same number of waves" put into the kernel's key.
  it('compiles no kernel for a number of multiprocessors', () => {
    const { device, names } = planningDevice();
    const reachable = reachableGemmConfigs('fp8-1d2d').map((config) => JSON.stringify(config));
    for (let numSms = 1; numSms <= 132; numSms++) {
      const { config } = gemmPlan(device, problem, { numSms, tcUtil });
      expect(reachable).toContain(JSON.stringify(config));
    }
    expect(names.size).toBeLessThanOrEqual(8);
  });

  it('keeps a plan for equal settings', () => {
    const { device } = planningDevice();
    const plan = gemmPlan(device, problem, { numSms: 64, tcUtil });
    expect(gemmPlan(device, { ...problem }, { numSms: 64, tcUtil })).toBe(plan);
    expect(gemmPlan(device, problem, { numSms: 65, tcUtil })).not.toBe(plan);
  });

  describe('with DG_PRINT_CONFIGS', () => {
    const written: string[] = [];
    beforeEach(() => {
      written.length = 0;
      vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    });
    afterEach(() => {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
    });
    const planTwice = () => {
      const { device } = planningDevice();
      for (const _ of [1, 2]) gemmPlan(device, problem, { numSms: 132, tcUtil });
    };

    it.each(['1'])('of %s says once what is chosen for a problem', (value) => {
      vi.stubEnv('DG_PRINT_CONFIGS', value);
      planTwice();
      expect(written).toEqual([
        expect.stringMatching(/^\[dg\] info: fp8-1d2d M=4096 N=7168 K=2048 D=bfloat16: .* us\)\n$/),
      ]);
    });

    it.each(['', '0'])('of %j says nothing', (value) => {
      vi.stubEnv('DG_PRINT_CONFIGS', value);
      planTwice();
      expect(written).toEqual([]);
    });

    it('refuses another value, by the name of the variable', () => {
      vi.stubEnv('DG_PRINT_CONFIGS', 'often');
      expect(planTwice).toThrow(/DG_PRINT_CONFIGS.*received "?often/);
    });
  });
});
