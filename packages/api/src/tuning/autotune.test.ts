import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import { CpuDevice, DgUnavailableError, type KernelDevice } from '@dg/runtime';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { denseProblem } from '../../test/support/dense-problem.js';
import { gemmPlan } from '../launch/gemm-plan.js';
import type { DenseProblem } from '../problem/gemm-problem.js';
import { setMkAlignmentForContiguousLayout } from '../settings/mk-alignment.js';
import { setNumSms } from '../settings/num-sms.js';
import { getUseTuned, setUseTuned } from '../settings/use-tuned.js';
import type { WarmupOperation } from '../warmup/warmup-operation.js';
import { type AutotuneOptions, autotune, autotuneBy } from './autotune.js';
import { tunedKernelSources } from './tuned-kernel-sources.js';
import { tunedFolder, writeTuned } from './tuned-store.js';
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
const problem = denseProblem({
  operandType: 'float8_e4m3fn',
  m: 128,
  n: 2112,
  k: 7168,
  outputType: 'bfloat16',
});

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
const laterIsFaster: Parameters<typeof autotuneBy>[0] = async (_device, _problem, _selection, configs) =>
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
    await tune([operation], { candidates: 1 }, async (_device, _problem, _selection, configs) => {
      names.push(...configs.map(gemmConfigName));
      return configs.map(() => 1);
    });
    expect(names).toContain(planned(device));
    expect(names.length).toBeLessThanOrEqual(2);
  });

  it('measures a block of 64 rows once, with all of them, and tells how far it is', async () => {
    const rows: number[] = [];
    const progress: TuningProgress[] = [];
    const time: typeof laterIsFaster = async (_device, { m }, _selection, configs) => {
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
    const { calls } = await tune([operation], {}, async (_device, _problem, _selection, configs) =>
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

  it('measures with what is set for the device', async () => {
    setNumSms(device, 100);
    setMkAlignmentForContiguousLayout(device, 64);
    const grouped = { ...operation, operation: 'mGroupedFp8GemmNtContiguous', groups: 4 } as WarmupOperation;
    const { calls } = await tune([operation, { ...grouped, c: undefined as never, numSms: 50 }]);
    expect(calls.map(({ numSms }) => numSms)).toEqual([100, 50]);
    expect(calls[1]!.problem).toMatchObject({ mkAlignment: 64 });
    expect(calls[1]!.timed.every(({ config }) => config.startsWith('64x'))).toBe(true);
  });

  it('refuses a second one at the same time', async () => {
    const first = tune([operation], {}, async (...parameters) => {
      await expect(tune([operation])).rejects.toThrow(
        'expected no other autotune on cuda:0 at the same time',
      );
      return laterIsFaster(...parameters);
    });
    await expect(first).resolves.toBeDefined();
    await expect(tune([operation])).resolves.toBeDefined();
  });

  it('lets the event loop go on while it looks at many calls, and can be stopped then', async () => {
    const controller = new AbortController();
    let turns = 0;
    const turn = () => {
      turns += 1;
      if (turns < 10) setImmediate(turn);
      else controller.abort(new Error('enough'));
    };
    setImmediate(turn);
    const many = { ...operation, m: { from: 1, to: 100_000 } };
    await expect(tune([many], { signal: controller.signal })).rejects.toThrow('enough');
    expect(turns).toBe(10);
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
    await expect(tune([{ ...operation, m: 2 ** 31 }])).rejects.toThrow('expected M, N, K and G below 2^31');
    const kGrouped = { operation: 'kGroupedFp8GemmTnContiguous', m: 64, n: 64, groups: 2 } as const;
    await expect(tune([{ ...kGrouped, k: 64 }])).rejects.toThrow(
      'expected k of a K-grouped product to be a multiple of 128 but received 64',
    );
    await expect(tune('fp8GemmNt' as never)).rejects.toThrow('expected operations to be a list');
    await expect(tune([null as never])).rejects.toThrow('expected an operation');
    await expect(autotune(device, [], 5 as never)).rejects.toThrow('expected options to be an object');
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

  it('lets calls of masked products take it in the whole block of expected rows', async () => {
    const masked = { groups: 32, m: 512, n: 6144, expectedM: 192 };
    // One that suits 192 rows, and would not suit 129.
    const { calls } = await tune(
      [{ operation: 'mGroupedFp8GemmNtMasked', k: 7168, d: 'bfloat16', c: false, ...masked }],
      {},
      async (_device, _problem, _selection, configs) => configs.map(({ blockM }) => (blockM === 256 ? 1 : 2)),
    );
    expect(calls[0]!.best.config).toMatch(/^256x/);
    setUseTuned(device, true, { cacheDirectory });
    const taken = [129, 130, 150, 192].map((expectedM) =>
      gemmPlan(device, { ...problem, kind: 'm-grouped-masked', ...masked, expectedM }, settings),
    );
    expect(taken.map(({ config }) => gemmConfigName(config))).toEqual(Array(4).fill(calls[0]!.best.config));
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
      /expected a configuration that this version has for the product but received of another version; tune again/,
    ],
  ])('warns of an entry that cannot be used, and the model chooses: %s', async (content, warning) => {
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    onTestFinished(() => void vi.restoreAllMocks());
    const model = planned(device);
    await tune([operation], {}, async (_device, _problem, _selection, configs: readonly GemmConfig[]) =>
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

  it('takes none that is wrong for the product, whatever the directory says', async () => {
    const grouped: WarmupOperation = {
      operation: 'mGroupedFp8GemmNtContiguous',
      m: 4096,
      n: 2112,
      k: 7168,
      d: 'bfloat16',
      groups: 4,
      mkAlignment: 64,
    };
    await tune([grouped]);
    const folder = tunedFolder(cacheDirectory);
    const path = join(folder, readdirSync(folder)[0]!);
    const entry = JSON.parse(readFileSync(path, 'utf8'));
    // A tile of 128 rows would hold rows of two groups.
    writeFileSync(path, JSON.stringify({ ...entry, config: '128x128-w2-c1x1-s5-bfloat16-u4-p2-contiguous' }));
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => void vi.restoreAllMocks());
    use();
    const contiguous = {
      ...problem,
      kind: 'm-grouped-contiguous',
      m: 4096,
      groups: 4,
      layout: 'rows',
    } as const;
    const nameFor = (mkAlignment: number) =>
      gemmConfigName(gemmPlan(device, { ...contiguous, mkAlignment }, settings).config);
    expect(nameFor(64)).toMatch(/^64x/);
    expect(nameFor(128)).toMatch(/^128x/);
  });

  it('takes the choice of the model, with a warning, where the kernel may not be compiled', async () => {
    const model = planned(device);
    const { best } = (await tune([operation])).calls[0]!;
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    onTestFinished(() => void vi.restoreAllMocks());
    const forbidding = {
      ...device,
      kernel: ({ name }: { name: string }) => {
        if (!name.includes(best.config)) return name;
        throw new DgUnavailableError(
          'compile-forbidden',
          `expected ${name} in the cache but received none.`,
          'Warm up.',
        );
      },
    } as unknown as KernelDevice;
    setUseTuned(forbidding, true, { cacheDirectory });
    expect(planned(forbidding)).toBe(model);
    expect(written.join('')).toContain(
      'a tuned configuration is passed over, and the model chooses: expected fp8-gemm',
    );
    const broken = {
      ...device,
      kernel: () => {
        throw new Error('broken');
      },
    } as unknown as KernelDevice;
    setUseTuned(broken, true, { cacheDirectory });
    expect(() => planned(broken)).toThrow('broken');
  });

  it('is followed by a warm-up, which has the kernels of all that was measured', async () => {
    const { calls } = await tune([operation, { ...operation, operation: 'bf16GemmNt' }]);
    const names = tunedKernelSources(cacheDirectory).map(({ name }) => name);
    expect(names.sort()).toEqual(
      calls.map(({ best }, index) => `${index ? 'bf16' : 'fp8'}-gemm-${best.config}`).sort(),
    );
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    onTestFinished(() => void vi.restoreAllMocks());
    writeTuned(cacheDirectory, { key: 'of another version', config: 'unknown', microseconds: 1 });
    expect(tunedKernelSources(cacheDirectory)).toHaveLength(2);
    expect(written.join('')).toContain('received unknown; tune again');
  });

  it('refuses what is no boolean, no directory or no device', () => {
    expect(() => setUseTuned(device, undefined as never)).toThrow(
      'expected useTuned to be a boolean but received',
    );
    expect(() => setUseTuned(device, true, null as never)).toThrow('expected options to be an object');
    expect(() => setUseTuned(device, 1 as never)).toThrow('setUseTuned: expected useTuned to be a boolean');
    expect(() => setUseTuned(device, true, { cacheDirectory: '' })).toThrow(
      'expected cacheDirectory to be a string that is not empty',
    );
    expect(() => setUseTuned({} as never, true)).toThrow('expected device to be a Device');
    expect(getUseTuned(device)).toBe(false);
  });
});
