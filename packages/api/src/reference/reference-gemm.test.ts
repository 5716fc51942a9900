import { CpuDevice, Tensor } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { bf16GemmNt } from '../gemm/bf16-gemm-nt.js';
import { fp8GemmNt } from '../gemm/fp8-gemm-nt.js';
import { mGroupedFp8GemmNtMasked } from '../gemm/m-grouped-fp8-gemm-nt-masked.js';

const device = new CpuDevice();
const one = { e4m3: 0x38, bfloat16: 0x3f80 };
const bfloat16Of2To24 = 0x4b80;

function fp8Sum(scalesA: number[]): number {
  const k = 128 * scalesA.length;
  // One product of 1 at the head of every block of K.
  const codes = Uint8Array.from({ length: k }, (_, x) => (x % 128 === 0 ? one.e4m3 : 0));
  const data = device.tensor(codes, [1, k], 'float8_e4m3fn');
  const d = device.empty([1, 1], 'float32');
  fp8GemmNt(
    { data, scales: device.tensor(Float32Array.from(scalesA), [1, scalesA.length], 'float32') },
    { data, scales: device.tensor(new Float32Array(scalesA.length).fill(1), [1, scalesA.length], 'float32') },
    d,
  );
  return d.readSync()[0]!;
}

describe('the reference', () => {
  it('FP8 adds each block of K to a float32 accumulator, in ascending order', () => {
    expect(fp8Sum([2 ** 24, 1, 1])).toBe(2 ** 24);
    expect(fp8Sum([1, 1, 2 ** 24])).toBe(2 ** 24 + 2);
  });

  it('BF16 rounds once', () => {
    const codes = (values: number[]) => device.tensor(Uint16Array.from(values), [1, 8], 'bfloat16');
    const a = codes([bfloat16Of2To24, one.bfloat16, one.bfloat16, 0, 0, 0, 0, 0]);
    const b = codes([one.bfloat16, one.bfloat16, one.bfloat16, 0, 0, 0, 0, 0]);
    const d = device.empty([1, 1], 'float32');
    bf16GemmNt(a, b, d);
    expect(d.readSync()[0]).toBe(2 ** 24 + 2);
  });

  it('reads one scale for 128 rows of B', () => {
    const rows = 130;
    const a = device.tensor(new Uint8Array(16).fill(one.e4m3), [1, 16], 'float8_e4m3fn');
    const b = device.tensor(new Uint8Array(rows * 16).fill(one.e4m3), [rows, 16], 'float8_e4m3fn');
    const d = device.empty([1, rows], 'float32');
    fp8GemmNt(
      { data: a, scales: device.tensor(Float32Array.of(2), [1, 1], 'float32') },
      { data: b, scales: device.tensor(Float32Array.of(3, 5), [2, 1], 'float32') },
      d,
    );
    const values = d.readSync();
    expect([values[0], values[127], values[128], values[129]]).toEqual([96, 96, 160, 160]);
  });

  // Pitfall: 32-bit overflow, everything past 2^31 elements.
  it('finds a group past 2^31 elements', () => {
    const groupStride = 2 ** 31 + 16;
    const buffer = device.createBuffer({ byteLength: groupStride + 128 });
    const a = new Tensor({
      buffer,
      dtype: 'float8_e4m3fn',
      shape: [2, 1, 128],
      strides: [groupStride, 128, 1],
    });
    buffer.write(new Uint8Array(128).fill(one.e4m3), groupStride);
    const b = device.tensor(new Uint8Array(256).fill(one.e4m3), [2, 1, 128], 'float8_e4m3fn');
    const scales = device.tensor(Float32Array.of(1, 2), [2, 1, 1], 'float32');
    const d = device.empty([2, 1, 1], 'float32');
    const maskedM = device.tensor(Int32Array.of(1, 1), [2], 'int32');
    mGroupedFp8GemmNtMasked({ data: a, scales }, { data: b, scales }, d, maskedM, 1);
    expect([...d.readSync()]).toEqual([0, 4 * 128]);
    buffer.destroy();
  });
});
