import { CpuDevice, type Device, DgValidationError, Tensor } from '@dg/runtime';
import { testDevice } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import * as api from '../../src/index.js';
import { type CallArguments, type EntryPoint, entryPoints, rightCall } from '../support/entry-points.js';

const strangeValues: readonly unknown[] = [
  undefined,
  null,
  3,
  3n,
  'tensor',
  true,
  Symbol('x'),
  () => 0,
  [1, 2],
  { shape: [1, 2] },
  Object.create(null),
  new Float32Array(4),
];

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

/** Spoils a right call and expects the error, with D as it was. */
async function expectRefused(
  entry: EntryPoint,
  expected: string | RegExp,
  spoil: (call: CallArguments) => Record<string, unknown>,
): Promise<void> {
  const call = rightCall(device, entry);
  const spoiled = { ...call, ...spoil(call) };
  let thrown: unknown;
  try {
    entry.call(spoiled);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DgValidationError);
  expect((thrown as Error).message.startsWith(`${entry.name}: expected `)).toBe(true);
  if (typeof expected === 'string') expect((thrown as Error).message).toContain(expected);
  else expect((thrown as Error).message).toMatch(expected);
  for (const value of await call.d.read()) if (value !== 7) throw new Error(`D changed: ${value}`);
}

it('every entry point of the library is in the table', () => {
  const gemms = Object.keys(api).filter((name) => /^(mGrouped|kGrouped|fp8|bf16).*(Gemm)/i.test(name));
  expect(entryPoints.map(({ name }) => name).sort()).toEqual(gemms.sort());
});

describe.each(entryPoints)('$name', (entry) => {
  const names = Object.keys(entry.tensors);
  const operands = names.filter((name) => /^[ab](\.data)?$/.test(name));
  const inputs = names.filter((name) => name !== 'd');
  const hasScales = names.includes('a.scales');

  it('takes a right call', async () => {
    expect(entry.call(rightCall(device, entry))).toBe(undefined);
    await device.synchronize();
  });

  it('refuses tensors that are destroyed, of another dtype, rank, size or device', async () => {
    for (const name of names) {
      const { shape, dtype } = entry.tensors[name]!;
      await expectRefused(entry, `${name} to be a living tensor`, () => {
        const gone = device.zeros(shape, dtype);
        gone.destroy();
        return { [name]: gone };
      });
      await expectRefused(entry, `${name} of dtype ${name === 'd' ? '' : dtype}`, () => ({
        [name]: device.empty(shape, 'uint8'),
      }));
      await expectRefused(entry, name, () => ({ [name]: device.empty([1, ...shape], dtype) }));
      for (const dim of shape.keys()) {
        // B alone says how many groups there are.
        if (name === 'b' && dim === 0 && entry.name.endsWith('Contiguous') && shape.length === 3) continue;
        const other = shape.map((size, index) => (index === dim ? size + 1 : size));
        await expectRefused(entry, / of shape | multiple of /, () => ({
          [name]: device.empty(other, dtype),
        }));
      }
      await expectRefused(entry, / on device /, () => ({ [name]: new CpuDevice().empty(shape, dtype) }));
    }
  });

  it('refuses strange values for every argument', async () => {
    for (const value of strangeValues) {
      for (const name of names) {
        await expectRefused(entry, `${name} to be a Tensor but received`, () => ({ [name]: value }));
      }
      if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) {
        await expectRefused(entry, 'options to be an object', () => ({ options: value }));
      }
      if (entry.expectedM !== undefined && value !== 3) {
        await expectRefused(entry, 'expectedM to be an integer of at least 0', () => ({ expectedM: value }));
      }
    }
  });

  it('refuses operands without a contiguous dimension, unaligned or overlapping', async () => {
    for (const name of operands) {
      const { shape, dtype } = entry.tensors[name]!;
      const columns = shape.at(-1)!;
      const strides = shape.map((_, dim) => 2 * shape.slice(dim + 1).reduce((x, y) => x * y, 1));
      await expectRefused(entry, `${name} with ${shape.length === 1 ? '' : 'a '}stride`, () => ({
        [name]: device.empty(shape, dtype, { strides }),
      }));
      const extended = shape.map((size, dim) => (dim === shape.length - 1 ? size + 16 : size));
      await expectRefused(entry, `${name} to start at a multiple of 16 bytes`, () => ({
        [name]: device.empty(extended, dtype).slice(shape.length - 1, 1, columns + 1),
      }));
    }
  });

  const grouped = operands.filter((name) => entry.tensors[name]!.shape.length === 3);
  if (grouped.length > 0) {
    it('refuses groups that are unaligned, or on each other', async () => {
      for (const name of grouped) {
        const { shape, dtype } = entry.tensors[name]!;
        for (const groupStride of [0, shape[1]! * shape[2]! + 4]) {
          const strides = [groupStride, shape[2]!, 1];
          await expectRefused(entry, `${name} with a group stride that is a multiple of 16 bytes`, () => ({
            [name]: device.empty(shape, dtype, { strides }),
          }));
        }
      }
    });
  }

  if (
    entry.name.startsWith('kGrouped') &&
    operands.every((name) => entry.tensors[name]!.shape.length === 2)
  ) {
    it('refuses a sum of K that is no multiple of 128', async () => {
      const kOf = 200;
      const short = (name: string) => {
        const { shape, dtype } = entry.tensors[name]!;
        return device.zeros([kOf, shape[1]!], dtype);
      };
      await expectRefused(
        entry,
        `${operands[0]} with a K that is a multiple of 128 but received a K of 200`,
        () => Object.fromEntries(operands.map((name) => [name, short(name)])),
      );
    });
  }

  it('refuses a D that shares memory with an input, or with itself', async () => {
    const { shape } = entry.tensors['d']!;
    for (const name of inputs) {
      await expectRefused(entry, 'and d that do not overlap', () => {
        const { shape: inputShape, dtype } = entry.tensors[name]!;
        const buffer = device.createBuffer({ byteLength: 2 ** 20 });
        return {
          [name]: new Tensor({ buffer, dtype, shape: inputShape }),
          d: new Tensor({ buffer, dtype: 'float32', shape }),
        };
      });
    }
    await expectRefused(entry, 'd with a row pitch of at least 144 elements (N)', () => {
      const strides = [...(shape.length === 3 ? [144 * 64] : []), 100, 1];
      return { d: device.empty(shape, 'float32', { strides }) };
    });
    if (shape.length === 3) {
      await expectRefused(entry, 'd with a group stride of at least 9216 elements (M rows)', () => ({
        d: device.empty(shape, 'float32', { strides: [9215, 144, 1] }),
      }));
    }
  });

  it('refuses options that cannot be', async () => {
    const stream = device.createStream();
    stream.destroy();
    const wrong: Record<string, readonly unknown[]> = {
      stream: [stream, new CpuDevice().createStream(), 1],
      dependentLaunch: [1],
      numSms: [0, '1'],
      tcUtil: [0, 2],
      c: [3, device.empty([2, 2], 'float32')],
      ...(hasScales ? { recipe: [[1, 128], 128, null] } : {}),
      ...(entry.name.startsWith('mGrouped') && entry.name.endsWith('Contiguous')
        ? { layout: ['columns', 1, null], mkAlignment: [0, 100, 512, '128'] }
        : {}),
      ...(entry.name.startsWith('kGrouped')
        ? { ksHost: [3, [256], [100, 28, 128], [256, -128, 128], [128, 0, 0], [null, 0, 256]] }
        : {}),
    };
    for (const [option, values] of Object.entries(wrong)) {
      for (const value of values) {
        const expected = option === 'ksHost' ? 'ksHost' : `${option} `;
        await expectRefused(entry, expected, () => ({ options: { [option]: value } }));
      }
    }
  });

  const indices = names.find((name) => entry.tensors[name]!.dtype === 'int32');
  if (indices !== undefined) {
    it('refuses a grouping that is not contiguous', async () => {
      await expectRefused(entry, `${indices} with stride 1 but received strides [2]`, () => ({
        [indices]: device.empty(entry.tensors[indices]!.shape, 'int32', { strides: [2] }),
      }));
    });
  }
});
