import { bf16GemmNt, fp8GemmNt, perBlockCastToFp8, perTokenCastToFp8 } from '@dg/api';
import { float32ToBfloat16Array } from '@dg/layout';
import { type Device, requestDevice, type Tensor } from '@dg/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GemmSet, GemmSetOperands } from '../inputs/gemm-set.js';
import { casts } from './casts.js';
import { checkCast } from './check-cast.js';
import { checkGemm } from './check-gemm.js';
import { castBytes } from './measure-cast.js';

const m = 20;
const n = 600;
const k = 272;
const bfloat16Hundred = 0x42c8;
const bfloat16Nan = 0x7fff;

let device: Device;
beforeAll(async () => {
  device = await requestDevice('cpu');
});

function matrix(rows: number, columns: number, phase: number): Tensor<'bfloat16'> {
  const values = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 12.9898 + phase));
  return device.tensor(float32ToBfloat16Array(values), [rows, columns], 'bfloat16');
}

async function product(operation: GemmSetOperands['operation']): Promise<GemmSet> {
  const d = device.zeros([m, n], 'bfloat16');
  const [a, b] = [matrix(m, k, 1), matrix(n, k, 2)];
  const rest = { d, enqueue: () => {}, destroy: () => {} };
  if (operation === 'bf16_nt') {
    bf16GemmNt(a, b, d);
    return { operands: { operation, a, b }, ...rest };
  }
  const scaled = { a: perTokenCastToFp8(a), b: perBlockCastToFp8(b) };
  fp8GemmNt(scaled.a, scaled.b, d);
  return { operands: { operation, ...scaled }, ...rest };
}

describe.each(['fp8_nt_1d2d', 'bf16_nt'] as const)('check of %s', (operation) => {
  it('passes a right result', async () => {
    expect(Math.abs(await checkGemm(await product(operation), operation))).toBeLessThan(1e-5);
  });

  it.each([
    ['the first row', 0, 5],
    ['the last column of the last row', m - 1, n - 1],
  ])('fails a wrong element in %s', async (_, row, column) => {
    const set = await product(operation);
    for (const wrong of [bfloat16Nan, bfloat16Hundred]) {
      set.d
        .slice(0, row, row + 1)
        .slice(1, column, column + 1)
        .write(Uint16Array.of(wrong));
      await expect(checkGemm(set, 'this')).rejects.toThrow(
        'expected a diff below 0.00001 for this but received',
      );
    }
  });
});

describe.each(['cast_per_token', 'cast_per_block'] as const)('check of %s', (operation) => {
  it('passes what the cpu computes and fails one wrong bit of data or scales', async () => {
    const x = matrix(300, 256, 3);
    const out = casts[operation](x);
    await expect(checkCast(operation, x, out)).resolves.toBeUndefined();
    // 300 rows: the last whole block of 128 ends at row 256.
    out.data.slice(0, 255, 256).slice(1, 0, 1).write(Uint8Array.of(1));
    await expect(checkCast(operation, x, out)).rejects.toThrow('expected the bits of the cpu for data of');
    const again = casts[operation](x);
    const row = operation === 'cast_per_token' ? 200 : 1;
    again.scales
      .slice(0, row, row + 1)
      .slice(1, 0, 1)
      .write(Float32Array.of(2));
    await expect(checkCast(operation, x, again)).rejects.toThrow(
      'expected the bits of the cpu for scales of',
    );
  });
});

it('counts the bytes of a cast', () => {
  expect(castBytes('cast_per_token', [256, 300])).toBe(3 * 256 * 300 + 4 * 256 * 3);
  expect(castBytes('cast_per_block', [300, 256])).toBe(3 * 300 * 256 + 4 * 3 * 2);
});
