import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import { CpuDevice, DgUnavailableError, type KernelDevice } from '@dg/runtime';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { gemmPlan } from '../launch/gemm-plan.js';
import type { DenseProblem } from '../problem/gemm-problem.js';
import { getUseTuned, setUseTuned } from '../settings/use-tuned.js';
import type { WarmupOperation } from '../warmup/warmup-operation.js';
import { type AutotuneOptions, autotune, autotuneBy } from './autotune.js';
import { tunedFolder } from './tuned-store.js';
import type { TuningProgress } from './tuning-summary.js';

const settings = { numSms: 132, tcUtil: 0.866 };
const operation: WarmupOperation = {
  operation: 'fp8GemmNt',
  m: 128,
  n: 2112,
  k: 7168,
  d: 'bfloat16',
  c: false,
};
const problem: DenseProblem = {
  kind: 'dense',
  operandType: 'float8_e4m3fn',
  m: 128,
  n: 2112,
  k: 7168,
  majorA: 'k',
  majorB: 'k',
  outputType: 'bfloat16',
  accumulate: false,
  tmaStorable: true,
};

/** As much of a device as it takes to plan. */
function planningDevice(): KernelDevice {
  return {
    name: 'cuda:0',
    executesKernels: true,
    properties: { model: 'NVIDIA H200', multiprocessorCount: 132 },
    kernel: ({ name }: { name: string }) => name,
  } as unknown as KernelDevice;
}

/** The later a configuration comes, the faster it is said to be. */
const laterIsFaster: Parameters<typeof autotuneBy>[0] = async (_device, _problem, _numSms, configs) =>
  configs.map((_, index) => 100 - index);

const planned = (device: KernelDevice, change: Partial<DenseProblem> = {}, numSms = 132) =>
  gemmConfigName(gemmPlan(device, { ...problem, ...change }, { ...settings, numSms }).config);

let cacheDirectory: string;
let device: KernelDevice;
beforeEach(() => {
  cacheDirectory = mkdtempSync(join(tmpdir(), 'dg-autotune-'));
  onTestFinished(() => rmSync(cacheDirectory, { recursive: true, force: true }));
  device = planningDevice();
});

const tune = (operations: readonly WarmupOperation[], options: AutotuneOptions = {}, time = laterIsFaster) =>
  autotuneBy(time, device, operations, { cacheDirectory, ...options });

describe('autotune', () => {
  it('keeps the fastest of several, beside what the model takes', async () => {
    const model = planned(device);
    const { calls, folder } = await tune([operation]);
    expect(folder).toBe(tunedFolder(cacheDirectory));
    expect(calls).toHaveLength(1);
    const [{ best, timed, model: measured }] = calls as [(typeof calls)[number]];
    expect(timed).toHaveLength(8);
    expect(new Set(timed.map(({ config }) => config)).size).toBe(8);
    expect(best).toEqual({ config: timed[7]!.config, microseconds: 93 });
    expect(measured?.config).toBe(model);
    expect(best.config).not.toBe(model);
  });

  it('times the choice of the model even where few are asked for', async () => {
    const names: string[] = [];
    await tune([operation], { candidates: 1 }, async (_device, _problem, _numSms, configs) => {
      names.push(...configs.map(gemmConfigName));
      return configs.map(() => 1);
    });
    expect(names).toContain(planned(device));
    expect(names.length).toBeLessThanOrEqual(2);
  });

  it('measures a block of 64 rows once, with all of them, and tells how far it is', async () => {
    const rows: number[] = [];
    const progress: TuningProgress[] = [];
    const time: typeof laterIsFaster = async (_device, { m }, _numSms, configs) => {
      rows.push(m);
      return configs.map(() => 1);
    };
    await tune(
      [{ ...operation, m: { from: 1, to: 130 } }],
      { onProgress: (each) => progress.push(each) },
      time,
    );
    expect(rows).toEqual([64, 128, 192]);
    expect(progress.map(({ done, total }) => [done, total])).toEqual([0, 1, 2, 3].map((done) => [done, 3]));
    expect(progress[0]!.call).toBeUndefined();
    expect(progress[3]!.call?.problem.m).toBe(192);
  });

  it('passes over a configuration that does not compile', async () => {
    const { calls } = await tune([operation], {}, async (_device, _problem, _numSms, configs) =>
      configs.map((_, index) => (index === 7 ? undefined : 100 - index)),
    );
    expect(calls[0]!.timed).toHaveLength(7);
    expect(calls[0]!.best.microseconds).toBe(94);
  });

  it('gives up when it is told to, and keeps what it has', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const tuning = tune([{ ...operation, m: [64, 128] }], {
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 1) controller.abort(reason);
      },
    });
    await expect(tuning).rejects.toBe(reason);
    expect(readdirSync(tunedFolder(cacheDirectory))).toHaveLength(1);
  });

  it('refuses what cannot be', async () => {
    const cpu = new CpuDevice();
    await expect(autotune(cpu, [operation])).rejects.toThrow(DgUnavailableError);
    await expect(autotune(cpu, [operation])).rejects.toThrow(
      'expected a device that runs kernels but received cpu',
    );
    await expect(autotune('cuda' as never, [])).rejects.toThrow(
      'expected device to be a Device but received',
    );
    await expect(tune([operation], { candidates: 0 })).rejects.toThrow(
      'autotune: expected candidates to be an integer of at least 1 but received 0',
    );
    await expect(tune([operation], { cacheDirectory: 5 as never })).rejects.toThrow(
      'expected cacheDirectory',
    );
    await expect(tune([operation, { ...operation, n: 0 }])).rejects.toThrow(
      'for n of fp8GemmNt but received 0',
    );
    expect(readdirSync(cacheDirectory)).toEqual([]);
  });
});

describe('setUseTuned', () => {
  const use = (on = true) => setUseTuned(device, on, { cacheDirectory });

  it('lets calls take what was measured, in the same block of rows and with the same settings', async () => {
    const model = planned(device);
    const { best } = (await tune([operation])).calls[0]!;
    expect(planned(device)).toBe(model);
    use();
    expect(getUseTuned(device)).toBe(true);
    expect(planned(device)).toBe(best.config);
    expect(planned(device, { m: 65 })).toBe(best.config);
    expect(planned(device, { recipe: [1, 128, 128], majorA: 'mn' })).toBe(best.config);
    const untuned = planningDevice();
    for (const [change, numSms] of [
      [{ m: 64 }, 132],
      [{ m: 129 }, 132],
      [{ accumulate: true }, 132],
      [{}, 131],
    ] as const) {
      expect(planned(device, change, numSms)).toBe(planned(untuned, change, numSms));
    }
    use(false);
    expect(getUseTuned(device)).toBe(false);
    expect(planned(device)).toBe(model);
  });

  it('holds for plans that were made before, and for what is measured later', async () => {
    use();
    const model = planned(device);
    const { best } = (await tune([operation])).calls[0]!;
    expect(best.config).not.toBe(model);
    expect(planned(device)).toBe(best.config);
  });

  it('does not change other devices', async () => {
    await tune([operation]);
    const other = planningDevice();
    const model = planned(other);
    use();
    expect(planned(other)).toBe(model);
  });

  it.each([
    ['{', /expected a tuned configuration in .* but received \{/],
    [
      'of another version',
      /expected a configuration of this version but received of another version; tune again/,
    ],
  ])('warns of an entry that cannot be used, and the model chooses: %s', async (content, warning) => {
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    onTestFinished(() => void vi.restoreAllMocks());
    const model = planned(device);
    await tune([operation], {}, async (_device, _problem, _numSms, configs: readonly GemmConfig[]) =>
      configs.map((_, index) => 100 - index),
    );
    const folder = tunedFolder(cacheDirectory);
    const path = join(folder, readdirSync(folder)[0]!);
    const entry = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, content === '{' ? content : JSON.stringify({ ...entry, config: content }));
    use();
    expect(planned(device)).toBe(model);
    expect(written.join('')).toMatch(warning);
    expect(written).toHaveLength(1);
  });

  it('refuses what is no boolean, no directory or no device', () => {
    expect(() => setUseTuned(device, 1 as never)).toThrow('setUseTuned: expected useTuned to be a boolean');
    expect(() => setUseTuned(device, true, { cacheDirectory: '' })).toThrow(
      'expected cacheDirectory to be a string that is not empty',
    );
    expect(() => setUseTuned({} as never, true)).toThrow('expected device to be a Device');
    expect(getUseTuned(device)).toBe(false);
  });
});
