import { CpuDevice, type Device, DgValidationError, Tensor } from '@dg/runtime';
import { testDevice } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bf16GemmNt, fp8GemmNt } from '../../src/index.js';

const m = 64;
const n = 136;
const k = 256;
const blocksOfK = 2;
const blocksOfN = 2;

/** The arguments of a right call, of which each entry of the tables below spoils one. */
interface Call {
  a: unknown;
  b: unknown;
  d: unknown;
  options: unknown;
}

interface WrongCall {
  readonly name: string;
  readonly expected: string;
  spoil(call: Call, device: Device): Partial<Call>;
}

type Gemm = (a: unknown, b: unknown, d: unknown, options?: unknown) => void;

const strangeValues: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 3],
  ['a bigint', 3n],
  ['a string', 'tensor'],
  ['a boolean', true],
  ['a symbol', Symbol('x')],
  ['a function', () => 0],
  ['an array', [1, 2]],
  ['an object', { shape: [1, 2] }],
  ['an object without prototype', Object.create(null)],
  ['a typed array', new Float32Array(4)],
];

const shared: WrongCall[] = [
  {
    name: 'd of the wrong shape',
    expected: 'expected d of shape [64, 136] (M from a, N from b) but received [64, 128]',
    spoil: (_, device) => ({ d: device.empty([m, 128], 'float32') }),
  },
  {
    name: 'd of rank 3',
    expected: 'expected d of shape [64, 136] (M from a, N from b) but received [1, 64, 136]',
    spoil: (_, device) => ({ d: device.empty([1, m, n], 'float32') }),
  },
  {
    name: 'd of the wrong dtype',
    expected: 'expected d of dtype float32 or bfloat16 but received int32',
    spoil: (_, device) => ({ d: device.empty([m, n], 'int32') }),
  },
  {
    name: 'd with columns contiguous',
    expected: 'expected d with inner stride 1 but received strides [1, 64]',
    spoil: (_, device) => ({ d: device.empty([n, m], 'float32').transpose() }),
  },
  {
    name: 'd whose rows overlap',
    expected: 'expected d with a row pitch of at least 136 elements (N) but received a row pitch of 100',
    spoil: (_, device) => ({ d: device.empty([m, n], 'float32', { strides: [100, 1] }) }),
  },
  {
    name: 'd destroyed',
    expected: 'expected d to be a living tensor but received a destroyed one',
    spoil: (_, device) => ({ d: destroyed(device.empty([m, n], 'float32')) }),
  },
  {
    name: 'c of another dtype',
    expected: 'expected c of dtype float32 (that of d) but received bfloat16',
    spoil: (_, device) => ({ options: { c: device.empty([m, n], 'bfloat16') } }),
  },
  {
    name: 'c of another shape',
    expected: 'expected c of shape [64, 136] (that of d) but received [136, 64]',
    spoil: (_, device) => ({ options: { c: device.empty([n, m], 'float32') } }),
  },
  {
    name: 'c destroyed',
    expected: 'expected c to be a living tensor but received a destroyed one',
    spoil: (_, device) => ({ options: { c: destroyed(device.empty([m, n], 'float32')) } }),
  },
  {
    name: 'c partly over d',
    expected:
      'expected c and d that do not overlap or are the same view but received two views that share memory',
    spoil: (_, device) => {
      const both = device.zeros([m + 1, n], 'float32');
      return { d: both.slice(0, 0, m), options: { c: both.slice(0, 1, m + 1) } };
    },
  },
  {
    name: 'c over d at another pitch',
    expected:
      'expected c and d that do not overlap or are the same view but received two views that share memory',
    spoil: (_, device) => {
      const d = device.zeros([m, n], 'float32');
      const buffer = device.createBuffer({ byteLength: 4 * m * 2 * n });
      return {
        d: new Tensor({ buffer, dtype: 'float32', shape: d.shape }),
        options: { c: new Tensor({ buffer, dtype: 'float32', shape: d.shape, strides: [2 * n, 1] }) },
      };
    },
  },
  {
    name: 'a stream of another device',
    expected: 'expected stream of device',
    spoil: () => ({ options: { stream: new CpuDevice().createStream() } }),
  },
  {
    name: 'a destroyed stream',
    expected: 'expected stream to be a living stream but received a destroyed one',
    spoil: (_, device) => {
      const stream = device.createStream();
      stream.destroy();
      return { options: { stream } };
    },
  },
  {
    name: 'a tensor for the stream',
    expected: 'expected stream to be a Stream but received a float32 tensor of shape [1]',
    spoil: (_, device) => ({ options: { stream: device.empty([1], 'float32') } }),
  },
  {
    name: 'a number for dependentLaunch',
    expected: 'expected dependentLaunch to be a boolean but received 1',
    spoil: () => ({ options: { dependentLaunch: 1 } }),
  },
  ...[0, -1, 1.5, '8', null].map((numSms) => ({
    name: `numSms ${numSms}`,
    expected: 'expected numSms to be an integer of at least 1 but received',
    spoil: () => ({ options: { numSms } }),
  })),
  ...[0, 1.5, '1', null].map((tcUtil) => ({
    name: `tcUtil ${tcUtil}`,
    expected: 'expected tcUtil to be a number above 0 and at most 1 but received',
    spoil: () => ({ options: { tcUtil } }),
  })),
  {
    name: 'd on another device',
    expected: 'expected a on device cpu (that of d) but received a tensor on',
    spoil: () => ({ d: new CpuDevice().empty([m, n], 'float32') }),
  },
];

function operandCalls(
  dtype: 'float8_e4m3fn' | 'bfloat16',
  wrap: (call: Call, part: Tensor) => unknown,
): WrongCall[] {
  const name = dtype === 'bfloat16' ? 'a' : 'a.data';
  const multiple = dtype === 'bfloat16' ? 8 : 16;
  const bytes = dtype === 'bfloat16' ? 2 : 1;
  const spoiled = (make: (device: Device) => Tensor) => (call: Call, device: Device) => ({
    a: wrap(call, make(device)),
  });
  return [
    {
      name: 'a of the wrong dtype',
      expected: `expected ${name} of dtype ${dtype} but received uint8`,
      spoil: spoiled((device) => device.empty([m, k], 'uint8')),
    },
    {
      name: 'a of rank 1',
      expected: `expected ${name} of rank 2 but received a ${dtype} tensor of shape [256]`,
      spoil: spoiled((device) => device.empty([k], dtype)),
    },
    {
      name: 'a with gaps in both directions',
      expected: `expected ${name} with a stride of 1 in one of its last two dimensions but received strides [512, 2]`,
      spoil: spoiled((device) => device.empty([m, k], dtype, { strides: [2 * k, 2] })),
    },
    {
      name: 'a MN-major with a pitch that is no multiple of 16 bytes',
      expected:
        `expected ${name} with a column pitch that is a multiple of 16 bytes (pad M to a multiple of ${multiple} ` +
        `elements and pass a view of the first 64 rows) but received a column pitch of 65 elements (${65 * bytes} bytes)`,
      spoil: spoiled((device) =>
        device
          .empty([k, m + 1], dtype)
          .slice(1, 0, m)
          .transpose(),
      ),
    },
    {
      name: 'a MN-major whose columns overlap',
      expected: `expected ${name} with a column pitch of at least 64 elements (M) but received a column pitch of 32`,
      spoil: spoiled((device) => device.empty([m, k], dtype, { strides: [1, 32] })),
    },
    {
      name: 'a with a pitch that is no multiple of 16 bytes',
      expected:
        `expected ${name} with a row pitch that is a multiple of 16 bytes (pad K to a multiple of ${multiple} ` +
        `elements and pass a view of the first 256 columns) but received a row pitch of 257 elements (${257 * bytes} bytes)`,
      spoil: spoiled((device) => device.empty([m, k + 1], dtype).slice(1, 0, k)),
    },
    {
      name: 'a whose rows overlap',
      expected: `expected ${name} with a row pitch of at least 256 elements (K) but received a row pitch of 128`,
      spoil: spoiled((device) => device.empty([m, k], dtype, { strides: [128, 1] })),
    },
    {
      name: 'a misaligned',
      expected: `expected ${name} to start at a multiple of 16 bytes (pad the offset of the view) but received a start ${bytes} bytes past one`,
      spoil: spoiled((device) => device.empty([m, k + multiple], dtype).slice(1, 1, k + 1)),
    },
    {
      name: 'a destroyed',
      expected: `expected ${name} to be a living tensor but received a destroyed one`,
      spoil: spoiled((device) => destroyed(device.empty([m, k], dtype))),
    },
    {
      name: 'b with another K',
      expected: `expected ${dtype === 'bfloat16' ? 'b' : 'b.data'} of shape [136, 256] (N, K from a) but received [136, 384]`,
      spoil: (call, device) => {
        const data = device.empty([n, k + 128], dtype);
        if (dtype === 'bfloat16') return { b: data };
        return { b: { data, scales: device.empty([blocksOfN, blocksOfK + 1], 'float32') }, a: call.a };
      },
    },
    {
      name: 'd inside the memory of a',
      expected: 'expected a and d that do not overlap but received two views that share memory',
      spoil: (call, device) => {
        const buffer = device.createBuffer({ byteLength: 2 * (m * k * bytes + 4 * m * n) });
        const a = new Tensor({ buffer, dtype, shape: [m, k] });
        return {
          a: wrap(call, a),
          d: new Tensor({ buffer, dtype: 'float32', shape: [m, n], offset: (m * k * bytes) / 4 - 4 }),
        };
      },
    },
  ];
}

const scaleCalls: WrongCall[] = [
  {
    name: 'a without scales',
    expected:
      'expected a to be a ScaledTensor { data, scales } but received a float8_e4m3fn tensor of shape [64, 256]',
    spoil: (call) => ({ a: scaled(call.a).data }),
  },
  {
    name: 'scales of the wrong dtype',
    expected: 'expected a.scales of dtype float32 but received bfloat16',
    spoil: (call, device) => ({ a: { ...scaled(call.a), scales: device.empty([m, blocksOfK], 'bfloat16') } }),
  },
  {
    name: 'scales of a per block',
    expected: 'expected a.scales of shape [64, 2] (M, ceilDiv(K, 128)) but received [1, 2]',
    spoil: (call, device) => ({ a: { ...scaled(call.a), scales: device.empty([1, blocksOfK], 'float32') } }),
  },
  {
    name: 'scales of b of no recipe',
    expected:
      'expected b.scales of shape [2, 2] (ceilDiv(N, 128), ceilDiv(K, 128)) or [136, 2] (N, ceilDiv(K, 128)) ' +
      'but received [3, 2]',
    spoil: (call, device) => ({ b: { ...scaled(call.b), scales: device.empty([3, blocksOfK], 'float32') } }),
  },
  {
    name: 'scales of b per row, recipe [1, 128, 128]',
    expected:
      'expected b.scales of shape [2, 2] (ceilDiv(N, 128), ceilDiv(K, 128)) for recipe [1, 128, 128] ' +
      'but received [136, 2]',
    spoil: (call, device) => ({
      b: { ...scaled(call.b), scales: device.empty([n, blocksOfK], 'float32') },
      options: { recipe: [1, 128, 128] },
    }),
  },
  {
    name: 'scales of b per block, recipe [1, 1, 128]',
    expected:
      'expected b.scales of shape [136, 2] (N, ceilDiv(K, 128)) for recipe [1, 1, 128] but received [2, 2]',
    spoil: () => ({ options: { recipe: [1, 1, 128] } }),
  },
  {
    name: 'scales of b with gaps in both directions',
    expected: 'expected b.scales with a stride of 1 but received strides [8, 2]',
    spoil: (call, device) => ({
      b: { ...scaled(call.b), scales: device.empty([blocksOfN, blocksOfK], 'float32', { strides: [8, 2] }) },
    }),
  },
  {
    name: 'scales destroyed',
    expected: 'expected b.scales to be a living tensor but received a destroyed one',
    spoil: (call, device) => ({
      b: { ...scaled(call.b), scales: destroyed(device.empty([blocksOfN, blocksOfK], 'float32')) },
    }),
  },
  {
    name: 'd over the scales of a',
    expected: 'expected a.scales and d that do not overlap but received two views that share memory',
    spoil: (call, device) => {
      const d = device.empty([m, n], 'float32');
      return {
        d,
        a: {
          ...scaled(call.a),
          scales: new Tensor({ buffer: d.buffer, dtype: 'float32', shape: [m, blocksOfK] }),
        },
      };
    },
  },
  ...[[1, 128, 1], [1, 128], 'per token', 128, null, {}].map((recipe) => ({
    name: `recipe ${JSON.stringify(recipe)}`,
    expected: 'expected recipe [1, 128, 128] or [1, 1, 128] but received',
    spoil: () => ({ options: { recipe } }),
  })),
];

function scaled(value: unknown): { data: Tensor; scales: Tensor } {
  return value as { data: Tensor; scales: Tensor };
}

function destroyed(tensor: Tensor): Tensor {
  tensor.destroy();
  return tensor;
}

function fp8Call(device: Device): Call {
  return {
    a: { data: device.zeros([m, k], 'float8_e4m3fn'), scales: device.zeros([m, blocksOfK], 'float32') },
    b: {
      data: device.zeros([n, k], 'float8_e4m3fn'),
      scales: device.zeros([blocksOfN, blocksOfK], 'float32'),
    },
    d: device.tensor(new Float32Array(m * n).fill(7), [m, n], 'float32'),
    options: undefined,
  };
}

function bf16Call(device: Device): Call {
  return { ...fp8Call(device), a: device.zeros([m, k], 'bfloat16'), b: device.zeros([n, k], 'bfloat16') };
}

describe.each([
  {
    operation: 'fp8GemmNt',
    gemm: fp8GemmNt as Gemm,
    rightCall: fp8Call,
    wrongCalls: [
      ...shared,
      ...operandCalls('float8_e4m3fn', (call, data) => ({ ...scaled(call.a), data })),
      ...scaleCalls,
    ],
  },
  {
    operation: 'bf16GemmNt',
    gemm: bf16GemmNt as Gemm,
    rightCall: bf16Call,
    wrongCalls: [...shared, ...operandCalls('bfloat16', (_, a) => a)],
  },
])('$operation refuses', ({ operation, gemm, rightCall, wrongCalls }) => {
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  async function expectRefused(spoiled: Call, d: Tensor, expected: string): Promise<void> {
    const before = d.destroyed ? undefined : await d.buffer.read();
    let thrown: unknown;
    try {
      gemm(spoiled.a, spoiled.b, spoiled.d, spoiled.options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DgValidationError);
    expect((thrown as Error).message).toContain(`${operation}: ${expected}`);
    if (before !== undefined) expect(Buffer.compare(await d.buffer.read(), before)).toBe(0);
  }

  it('nothing about a right call', () => {
    const call = rightCall(device);
    expect(() => gemm(call.a, call.b, call.d)).not.toThrow();
    expect(() => gemm(call.a, call.b, call.d, {})).not.toThrow();
    expect(() =>
      gemm(call.a, call.b, call.d, { c: undefined, stream: undefined, recipe: undefined }),
    ).not.toThrow();
  });

  it.each(wrongCalls)('$name', async ({ expected, spoil }) => {
    const call = rightCall(device);
    const spoiled = { ...call, ...spoil(call, device) };
    await expectRefused(spoiled, spoiled.d as Tensor, expected);
    await expectRefused(spoiled, call.d as Tensor, expected);
  });

  const places = [
    'a',
    'b',
    'd',
    'options',
    'options.c',
    'options.stream',
    'options.dependentLaunch',
  ] as const;
  it.each(places)('strange values for %s', async (place) => {
    for (const [name, value] of strangeValues) {
      if (place.startsWith('options') && value === undefined) continue;
      if (place === 'options' && typeof value === 'object' && value !== null && !Array.isArray(value))
        continue;
      if (place === 'options.dependentLaunch' && typeof value === 'boolean') continue;
      const call = rightCall(device);
      const spoiled = place.startsWith('options.')
        ? { ...call, options: { [place.slice('options.'.length)]: value } }
        : { ...call, [place]: value };
      await expectRefused(spoiled, call.d as Tensor, 'expected ').catch((error: unknown) => {
        throw new Error(`${place} = ${name}`, { cause: error });
      });
    }
  });

  it('strange tensors inside a scaled operand', async () => {
    if (operation !== 'fp8GemmNt') {
      expect(() => gemm({ data: 1, scales: 2 }, 0, 0)).toThrow('expected a to be a Tensor');
      return;
    }
    for (const [name, value] of strangeValues) {
      for (const part of ['data', 'scales']) {
        const call = rightCall(device);
        const spoiled = { ...call, a: { ...scaled(call.a), [part]: value } };
        await expectRefused(spoiled, call.d as Tensor, `expected a.${part} to be a Tensor`).catch(
          (error: unknown) => {
            throw new Error(`a.${part} = ${name}`, { cause: error });
          },
        );
      }
    }
  });
});
