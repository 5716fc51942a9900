import type { Device, Tensor } from '@dg/runtime';
import { testDevice } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  kGroupedBf16GemmTnContiguous,
  kGroupedFp8GemmNtContiguous,
  kGroupedFp8GemmTnContiguous,
  mGroupedBf16GemmNnContiguous,
  mGroupedBf16GemmNtMasked,
  mGroupedFp8GemmNtContiguous,
  mGroupedFp8GemmNtMasked,
} from '../../src/index.js';

/** G, M, N: no kernel is needed where one of them is 0, so that this runs on every device. */
const sizes = [
  [0, 64, 32],
  [3, 0, 32],
  [3, 64, 0],
] as const;
const k = 256;
const blocks = k / 128;

describe.each(sizes)('G, M, N of %i, %i, %i', (groups, m, n) => {
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });
  const int32 = (length: number) => device.zeros([length], 'int32');
  const bf16 = (...shape: number[]) => device.zeros(shape, 'bfloat16');
  const fp8 = (shape: number[], scales: number[]) => ({
    data: device.zeros(shape, 'float8_e4m3fn'),
    scales: device.zeros(scales, 'float32'),
  });
  /** D with elements only where no dimension is 0: a contiguous D has no groups. */
  const sevens = (shape: number[]) => {
    const count = shape.reduce((x, y) => x * y, 1);
    return device.tensor(new Float32Array(count).fill(7), shape, 'float32');
  };

  it.each<[string, () => Tensor]>([
    [
      'mGroupedFp8GemmNtContiguous',
      () => {
        const d = sevens([m, n]);
        const a = fp8([m, k], [m, blocks]);
        const b = fp8([groups, n, k], [groups, Math.ceil(n / 128), blocks]);
        mGroupedFp8GemmNtContiguous(a, b, d, int32(m));
        return d;
      },
    ],
    [
      'mGroupedBf16GemmNnContiguous',
      () => {
        const d = sevens([m, n]);
        mGroupedBf16GemmNnContiguous(bf16(m, k), bf16(groups, k, n), d, int32(groups), { layout: 'psum' });
        return d;
      },
    ],
    [
      'mGroupedFp8GemmNtMasked',
      () => {
        const d = sevens([groups, m, n]);
        const a = fp8([groups, m, k], [groups, m, blocks]);
        const b = fp8([groups, n, k], [groups, Math.ceil(n / 128), blocks]);
        mGroupedFp8GemmNtMasked(a, b, d, int32(groups), 0);
        return d;
      },
    ],
    [
      'mGroupedBf16GemmNtMasked',
      () => {
        const d = sevens([groups, m, n]);
        mGroupedBf16GemmNtMasked(bf16(groups, m, k), bf16(groups, n, k), d, int32(groups), 10);
        return d;
      },
    ],
    [
      'kGroupedFp8GemmTnContiguous',
      () => {
        const d = sevens([groups, m, n]);
        kGroupedFp8GemmTnContiguous(fp8([k, m], [blocks, m]), fp8([k, n], [blocks, n]), d, int32(groups));
        return d;
      },
    ],
    [
      'kGroupedFp8GemmNtContiguous',
      () => {
        const d = sevens([groups, m, n]);
        kGroupedFp8GemmNtContiguous(fp8([k * m], [blocks, m]), fp8([k * n], [blocks, n]), d, int32(groups));
        return d;
      },
    ],
    [
      'kGroupedBf16GemmTnContiguous',
      () => {
        const d = sevens([groups, m, n]);
        kGroupedBf16GemmTnContiguous(bf16(k, m), bf16(k, n), d, int32(groups), { c: d });
        return d;
      },
    ],
  ])('%s does nothing', async (_, run) => {
    const d = run();
    await device.synchronize();
    expect([...(await d.read())].every((value) => value === 7)).toBe(true);
  });
});
