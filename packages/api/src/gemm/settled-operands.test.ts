import type { ScaledTensor } from '@dg/layout';
import type { KernelArgument, Tensor } from '@dg/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordingDevice } from '../../test/support/recording-device.js';
import { bf16GemmNt } from './bf16-gemm-nt.js';
import { fp8GemmNt } from './fp8-gemm-nt.js';
import type { GemmOptions } from './gemm-options.js';
import { mGroupedBf16GemmNtMasked } from './m-grouped-bf16-gemm-nt-masked.js';

const [m, n, k] = [64, 128, 256];

function written(argument: KernelArgument): readonly unknown[] {
  if (argument.type === 'address') return argument.readOnly === true ? [] : [argument.buffer];
  if (argument.type === 'tensorMap') return argument.readOnly === true ? [] : [argument.map.buffer];
  return [];
}

describe('a dense GEMM', () => {
  const { device, launches } = recordingDevice(132);
  let b: ScaledTensor;
  let d: Tensor;
  let a: ScaledTensor;
  beforeEach(() => {
    a = {
      data: device.empty([m, k], 'float8_e4m3fn'),
      scales: device.empty([m, k / 128], 'float32', { strides: [1, m] }),
    };
    b = {
      data: device.empty([n, k], 'float8_e4m3fn'),
      scales: device.empty([n / 128, k / 128], 'float32'),
    };
    d = device.empty([m, n], 'bfloat16');
  });

  /** The last argument: which operands the kernel is told are settled. */
  const toldWith = (options: GemmOptions) => {
    fp8GemmNt(a, b, d, options);
    return launches.at(-1)!.arguments.at(-1);
  };
  const none = { type: 'uint32', value: 0 };
  const onlyB = { type: 'uint32', value: 1 };
  const all = { type: 'uint32', value: 2 };
  const pending = ({ buffer }: Tensor) => vi.spyOn(buffer, 'mayBeWritten').mockReturnValue(true);

  it('loads A and B early where nothing may still write them', () => {
    expect(toldWith({})).toEqual(all);
    expect(toldWith({ dependentLaunch: false })).toEqual(none);
    expect(toldWith({ constantB: false })).toEqual(none);
    expect(toldWith({ constantA: false })).toEqual(onlyB);
  });

  describe.each([
    { name: 'B', operand: () => b, told: none, promise: 'constantB', other: 'constantA' },
    { name: 'A', operand: () => a, told: onlyB, promise: 'constantA', other: 'constantB' },
  ])('where something may still write $name', ({ operand, told, promise, other }) => {
    it.each(['data', 'scales'] as const)('asks the stream about its %s, and believes a promise', (part) => {
      const stream = device.createStream();
      const asked = pending(operand()[part]);
      expect(toldWith({ stream })).toEqual(told);
      expect(asked).toHaveBeenCalledWith({ stream });
      expect(toldWith({ [other]: true })).toEqual(told);
      expect(toldWith({ [promise]: true })).toEqual(all);
    });
  });

  it('loads no scales of A early that it is only about to lay out', () => {
    a = { ...a, scales: device.empty([m, k / 128], 'float32') };
    expect(toldWith({ constantA: true })).toEqual(onlyB);
  });

  it('asks about both operands of a bfloat16 product, too', () => {
    const [x, y] = [device.empty([m, k], 'bfloat16'), device.empty([n, k], 'bfloat16')];
    bf16GemmNt(x, y, d);
    expect(launches.at(-1)!.arguments.at(-1)).toEqual(all);
    pending(x);
    bf16GemmNt(x, y, d);
    expect(launches.at(-1)!.arguments.at(-1)).toEqual(onlyB);
    pending(y);
    bf16GemmNt(x, y, d);
    expect(launches.at(-1)!.arguments.at(-1)).toEqual(none);
  });

  it('loads B alone early where the last wave of its tiles is full', () => {
    const [x, y] = [device.empty([2048, 8192], 'bfloat16'), device.empty([1024, 8192], 'bfloat16')];
    bf16GemmNt(x, y, device.empty([2048, 1024], 'bfloat16'), { constantA: true });
    const { grid, arguments: given } = launches.at(-1)!;
    expect(grid[0]).toBe(128);
    expect(given.at(-1)).toEqual(onlyB);
  });

  it('writes to D alone', () => {
    toldWith({});
    const buffers = launches.at(-1)!.arguments.flatMap(written);
    expect(new Set(buffers)).toEqual(new Set([d.buffer]));
  });
});

describe('a grouped GEMM', () => {
  const { device, launches } = recordingDevice(132);
  const groups = 3;
  const [a, b] = [device.empty([groups, m, k], 'bfloat16'), device.empty([groups, n, k], 'bfloat16')];
  const d = device.empty([groups, m, n], 'bfloat16');
  const maskedM = device.empty([groups], 'int32');
  afterEach(() => vi.restoreAllMocks());

  /** Which operands the kernel is told are settled; after it come the strides of groups, what the groups are, how many, and an alignment. */
  const toldWith = (options: GemmOptions) => {
    mGroupedBf16GemmNtMasked(a, b, d, maskedM, m, options);
    return (launches.at(-1)!.arguments.at(-6) as { value: number }).value;
  };

  it('loads early what nothing may still write', () => {
    expect(toldWith({})).toBe(2);
    vi.spyOn(a.buffer, 'mayBeWritten').mockReturnValue(true);
    expect(toldWith({})).toBe(1);
    vi.spyOn(b.buffer, 'mayBeWritten').mockReturnValue(true);
    expect(toldWith({})).toBe(0);
    expect(toldWith({ constantB: true })).toBe(1);
  });

  it('waits where something may still write what the groups are, whatever is promised of the operands', () => {
    vi.spyOn(maskedM.buffer, 'mayBeWritten').mockReturnValue(true);
    expect(toldWith({})).toBe(0);
    expect(toldWith({ constantA: true, constantB: true })).toBe(0);
  });
});
