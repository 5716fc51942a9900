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

  /** The last argument: what the kernel is told of B. */
  const toldWith = (options: GemmOptions) => {
    fp8GemmNt(a, b, d, options);
    return launches.at(-1)!.arguments.at(-1);
  };
  const constant = { type: 'uint32', value: 1 };
  const changing = { type: 'uint32', value: 0 };
  const pending = ({ buffer }: Tensor) => vi.spyOn(buffer, 'mayBeWritten').mockReturnValue(true);

  it('loads B early where nothing may still write it', () => {
    expect(toldWith({})).toEqual(constant);
    expect(toldWith({ dependentLaunch: false })).toEqual(changing);
    expect(toldWith({ constantB: false })).toEqual(changing);
  });

  it.each(['data', 'scales'] as const)('waits where something may still write the %s of B', (part) => {
    const stream = device.createStream();
    const asked = pending(b[part]);
    expect(toldWith({ stream })).toEqual(changing);
    expect(asked).toHaveBeenCalledWith({ stream });
    expect(toldWith({ constantB: true })).toEqual(constant);
  });

  it('does not ask about A', () => {
    pending(a.data);
    expect(toldWith({})).toEqual(constant);
  });

  it('waits for the B of a bfloat16 product, too', () => {
    const [x, y] = [device.empty([m, k], 'bfloat16'), device.empty([n, k], 'bfloat16')];
    bf16GemmNt(x, y, d);
    expect(launches.at(-1)!.arguments.at(-1)).toEqual(constant);
    pending(y);
    bf16GemmNt(x, y, d);
    expect(launches.at(-1)!.arguments.at(-1)).toEqual(changing);
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

  /** What the kernel is told of B; after it come the strides of groups, what the groups are, how many, and an alignment. */
  const toldWith = (options: GemmOptions) => {
    mGroupedBf16GemmNtMasked(a, b, d, maskedM, m, options);
    return (launches.at(-1)!.arguments.at(-6) as { value: number }).value;
  };

  it('loads B early where nothing may still write it', () => {
    expect(toldWith({})).toBe(1);
    vi.spyOn(b.buffer, 'mayBeWritten').mockReturnValue(true);
    expect(toldWith({})).toBe(0);
    expect(toldWith({ constantB: true })).toBe(1);
  });

  it('waits where something may still write what the groups are, whatever is promised of B', () => {
    vi.spyOn(maskedM.buffer, 'mayBeWritten').mockReturnValue(true);
    expect(toldWith({})).toBe(0);
    expect(toldWith({ constantB: true })).toBe(0);
  });
});
