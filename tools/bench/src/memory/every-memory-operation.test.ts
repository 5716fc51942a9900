import { type Device, requestDevice } from '@dg/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { measureMemory } from '../measure/measure-memory.js';
import { withSets } from '../measure/with-sets.js';
import { hostContext } from '../testing/host-context.js';
import { tinyMemoryCases } from '../testing/tiny-cases.js';
import { castCase, castSet } from './cast-case.js';
import { memoryOperations } from './memory-case.js';
import { memoryCases } from './memory-tables.js';

const leastBytes = 64e6;

let device: Device;
beforeAll(async () => {
  device = await requestDevice('cpu');
});

it('every operation has shapes, and moves 64 MB on each', () => {
  expect(new Set(memoryCases.map(({ op }) => op))).toEqual(new Set(memoryOperations));
  for (const { op, shape, bytes } of memoryCases) expect(bytes, `${op} ${shape}`).toBeGreaterThan(leastBytes);
  expect(new Set(tinyMemoryCases.map(({ op }) => op))).toEqual(new Set(memoryOperations));
});

it.each(tinyMemoryCases)('$op is made, timed and checked on the cpu', async (memoryCase) => {
  const row = await measureMemory(hostContext(device), memoryCase, 4000);
  expect(row).toMatchObject({ op: memoryCase.op, shape: memoryCase.shape, copy_gbs: 4000, checked: true });
  expect(row.ratio_copy).toBeCloseTo(row.gbs / 4000, 12);
});

it('counts the bytes of a cast', () => {
  expect(castCase('per_token', 'bfloat16', [256, 300]).bytes).toBe(3 * 256 * 300 + 4 * 256 * 3);
  expect(castCase('per_block', 'bfloat16', [300, 256]).bytes).toBe(3 * 300 * 256 + 4 * 3 * 2);
  expect(castCase('per_channel', 'float32', [300, 256]).bytes).toBe(5 * 300 * 256 + 4 * 3 * 256);
});

describe.each(['per_token', 'per_channel', 'per_block'] as const)('check of a cast %s', (kind) => {
  it('fails one wrong bit of data or scales', async () => {
    const create = castCase(kind, 'bfloat16', [300, 256]).createSet;
    await withSets(hostContext(device), 1, create, async ([set]) => {
      await expect(set!.check()).resolves.toBeUndefined();
    });
    const x = device.tensor(
      Uint16Array.from({ length: 300 * 256 }, (_, i) => i),
      [300, 256],
      'bfloat16',
    );
    const out = {
      data: device.zeros([300, 256], 'float8_e4m3fn'),
      scales: device.zeros(kind === 'per_token' ? [300, 2] : [3, kind === 'per_block' ? 2 : 256], 'float32'),
    };
    const set = castSet(kind, x, out);
    set.callWith({})();
    await expect(set.check()).resolves.toBeUndefined();
    // 300 rows: the last whole block of 128 ends at row 256.
    out.data.slice(0, 255, 256).slice(1, 0, 1).write(Uint8Array.of(3));
    await expect(set.check()).rejects.toThrow('expected the bits of the reference for data of');
    set.callWith({})();
    const row = kind === 'per_token' ? 200 : 1;
    out.scales
      .slice(0, row, row + 1)
      .slice(1, 0, 1)
      .write(Float32Array.of(2));
    await expect(set.check()).rejects.toThrow('expected the bits of the reference for scales of');
    set.destroy();
  });
});
