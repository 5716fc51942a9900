import { castKernel, fp8KGroupRepackKernel, fp8TransposeKernel, reachableCastConfigs } from '@dg/kernels';
import { describe, expect, it } from 'vitest';
import { callEntryPoint, entryPointNames as calls } from '../../test/support/entry-points.js';
import { recordingDevice } from '../../test/support/recording-device.js';
import { rightCall } from '../../test/support/right-call.js';
import { bf16GemmNt } from '../gemm/bf16-gemm-nt.js';
import { fp8GemmNt } from '../gemm/fp8-gemm-nt.js';
import { mGroupedFp8GemmNtMasked } from '../gemm/m-grouped-fp8-gemm-nt-masked.js';
import { entryPointNames, entryPoints } from './entry-points.js';
import { utilityKernels, utilityNames } from './utility-kernels.js';
import { warmupKernels } from './warmup-kernels.js';
import type { WarmupOperation } from './warmup-operation.js';

const multiprocessorCount = 132;

const codesOf = async (...operations: WarmupOperation[]) =>
  new Set((await warmupKernels(operations, { multiprocessorCount })).map(({ code }) => code));

describe('warmupKernels', () => {
  it('knows every entry point', () => {
    expect([...calls].sort()).toEqual([...entryPointNames].sort());
  });

  // Pitfall: a kernel that nobody warmed up for compiles in the middle of serving.
  it.each(calls)('has what %s asks for', async (operation) => {
    const { device, takeSources } = recordingDevice(multiprocessorCount);
    const { kind } = entryPoints[operation];
    // The sizes of the calls.
    const codes = await codesOf({
      operation,
      m: 64,
      n: 144,
      k: 256,
      d: 'float32',
      ...(kind === 'dense' ? {} : { groups: 3 }),
    });
    callEntryPoint(operation, rightCall(device, operation));
    const asked = takeSources();
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter(({ code }) => !codes.has(code)).map(({ name }) => name)).toEqual([]);
  });

  // Pitfall: a kernel that nobody warmed up for compiles in the middle of serving.
  it('has what any M of a range asks for', async () => {
    const { device, takeSources } = recordingDevice(multiprocessorCount);
    const [n, k, groups, maxM] = [576, 512, 4, 300];
    const codes = await codesOf(
      { operation: 'fp8GemmNt', m: { from: 1, to: 700 }, n, k },
      { operation: 'bf16GemmNt', m: { from: 1, to: 700 }, n, k, d: 'bfloat16', c: false },
      { operation: 'mGroupedFp8GemmNtMasked', m: maxM, n, k, groups },
    );
    const scales = (...shape: number[]) => device.empty(shape, 'float32');
    const weights = device.empty([n, k], 'float8_e4m3fn');
    const b = { data: weights, scales: scales(Math.ceil(n / 128), k / 128) };
    const groupedB = {
      data: device.empty([groups, n, k], 'float8_e4m3fn'),
      scales: scales(groups, Math.ceil(n / 128), k / 128),
    };
    const wideB = device.empty([n, k], 'bfloat16');
    for (let m = 1; m <= 700; m += m < 140 ? 1 : 37) {
      const a = { data: device.empty([m, k], 'float8_e4m3fn'), scales: scales(m, k / 128) };
      const outputs = [device.empty([m, n], 'bfloat16'), device.empty([m, n], 'float32')];
      for (const d of outputs) fp8GemmNt(a, b, d);
      fp8GemmNt(a, b, outputs[1]!, { c: outputs[1]! });
      bf16GemmNt(device.empty([m, k], 'bfloat16'), wideB, outputs[0]!);
    }
    const a = {
      data: device.empty([groups, maxM, k], 'float8_e4m3fn'),
      scales: scales(groups, maxM, k / 128),
    };
    const d = device.empty([groups, maxM, n], 'bfloat16');
    const mask = device.zeros([groups], 'int32');
    for (const expectedM of [0, 1, 20, 64, 65, 128, 192, 299, 300, 5000]) {
      mGroupedFp8GemmNtMasked(a, groupedB, d, mask, expectedM);
    }
    const asked = takeSources();
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter(({ code }) => !codes.has(code)).map(({ name }) => name)).toEqual([]);
    // And hardly more: each size was chosen for once at least.
    expect(codes.size).toBeLessThan(3 * asked.length);
  });

  it('has what views and padded rows ask for with layout any', async () => {
    const { device, takeSources } = recordingDevice(multiprocessorCount);
    const [m, n, k] = [200, 576, 512];
    const sizes = { m, n, k, layout: 'any' } as const;
    const codes = await codesOf({ operation: 'bf16GemmNt', ...sizes }, { operation: 'fp8GemmNt', ...sizes });
    const a = device.empty([k, m], 'bfloat16').transpose();
    const b = device.empty([n, k], 'bfloat16');
    bf16GemmNt(a, b, device.empty([m, n + 1], 'float32').slice(1, 0, n));
    const scales = (...shape: number[]) => device.empty(shape, 'float32');
    fp8GemmNt(
      {
        data: device
          .empty([k, m + 8], 'float8_e4m3fn')
          .slice(1, 0, m)
          .transpose(),
        scales: scales(m, k / 128),
      },
      { data: device.empty([n, k], 'float8_e4m3fn'), scales: scales(Math.ceil(n / 128), k / 128) },
      device.empty([m, n], 'bfloat16'),
    );
    const asked = takeSources();
    expect(asked.filter(({ code }) => !codes.has(code)).map(({ name }) => name)).toEqual([]);
  });

  it('takes one recipe, or several', async () => {
    const shape = { operation: 'fp8GemmNt', m: 64, n: 576, k: 512, d: 'float32', c: false } as const;
    const both = await codesOf({
      ...shape,
      recipe: [
        [1, 128, 128],
        [1, 1, 128],
      ],
    });
    expect(both.size).toBe((await codesOf({ ...shape, recipe: [1, 1, 128] })).size + 1);
  });

  it('follows settings', async () => {
    // With all multiprocessors the few tiles are split.
    const shape = { operation: 'bf16GemmNt', m: 64, n: 576, k: 7168, d: 'bfloat16', c: false } as const;
    const all = await codesOf(shape);
    const few = await codesOf({ ...shape, numSms: 1 });
    expect(few).not.toEqual(all);
    expect(await codesOf({ ...shape, numSms: [1, 1000] })).toEqual(new Set([...all, ...few]));
  });

  it('adds other kernels', async () => {
    const kernels = await warmupKernels([], {
      multiprocessorCount,
      utilities: ['casts', 'scale-layouts'],
    });
    const names = kernels.map(({ name }) => name);
    for (const name of ['cast-1x128-bfloat16', 'cast-128x128-float32', 'mn-major-copy', 'unpack-ue8m0']) {
      expect(names).toContain(name);
    }
  });

  it('has every kernel that is no GEMM by one name or another', async () => {
    const kernels = await warmupKernels([], { multiprocessorCount, utilities: utilityNames });
    const names = new Set(kernels.map(({ name }) => name));
    for (const { name } of [
      ...reachableCastConfigs().map(castKernel),
      fp8TransposeKernel,
      fp8KGroupRepackKernel,
    ]) {
      expect(names).toContain(name);
    }
    expect(names).toContain('power-of-two-check');
    expect(new Set(utilityKernels.casts().map(({ name }) => name)).size).toBeLessThan(
      utilityKernels['all-casts']().length,
    );
  });

  it('refuses a range of masked products that is far too wide, before it fills the memory', async () => {
    const wide = {
      operation: 'mGroupedFp8GemmNtMasked',
      m: { from: 1, to: 60_000 },
      n: 8,
      k: 16,
      groups: 2,
    } as const;
    await expect(warmupKernels([wide], { multiprocessorCount })).rejects.toThrow(
      'expected at most 4194304 combinations for mGroupedFp8GemmNtMasked but received more than 4194304',
    );
  });

  it.each<[string, object, string]>([
    ['no groups', { operation: 'mGroupedFp8GemmNtMasked' }, 'expected groups for mGroupedFp8GemmNtMasked'],
    ['groups of a dense one', { groups: 2 }, 'groups, or none, for fp8GemmNt but received 2'],
    ['an expectation of a dense one', { expectedM: 2 }, 'expectedM'],
    ['a size of 0', { m: 0 }, 'm of fp8GemmNt but received 0'],
    ['half a size', { n: [8, 1.5] }, 'n of fp8GemmNt but received 1.5'],
    ['no size', { k: undefined }, 'k of fp8GemmNt but received undefined'],
    ['an empty range', { m: { from: 3, to: 2 } }, '3 to 2 by 1'],
    ['an empty list', { m: [] }, 'an empty list'],
    ['another type of D', { d: 'float64' }, '"float64"'],
    ['two wide ranges', { m: { from: 1, to: 9999 }, n: { from: 1, to: 9999 } }, 'combinations'],
    ['C of a masked one', { operation: 'mGroupedBf16GemmNtMasked', groups: 2, c: true }, 'c, or none'],
    ['another operation', { operation: 'gemm' }, 'the name of a GEMM'],
    ['a type of D that is none', { d: 5 }, 'd, or none'],
    ['another recipe', { recipe: [1, 2, 3] }, 'recipe'],
    ['another alignment', { operation: 'mGroupedFp8GemmNtContiguous', groups: 2, mkAlignment: 100 }, '64'],
    ['another utilization', { tcUtil: 2 }, 'tcUtil'],
    ['a recipe of BF16', { operation: 'bf16GemmNt', recipe: [1, 1, 128] }, 'recipe'],
  ])('refuses %s', async (_, fields, message) => {
    const operation = { operation: 'fp8GemmNt', m: 1, n: 8, k: 16, ...fields } as WarmupOperation;
    await expect(warmupKernels([operation], { multiprocessorCount })).rejects.toThrow(message);
  });

  it('gives up when it is told to', async () => {
    const controller = new AbortController();
    const operation = { operation: 'fp8GemmNt', m: { from: 1, to: 8192 }, n: 2112, k: 7168 } as const;
    const promise = warmupKernels([operation], { multiprocessorCount, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(promise).rejects.toThrow('enough');
  });
});
