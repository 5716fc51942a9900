import { CpuDevice, type Device, Scratch, type Tensor } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { KGroupedProblem } from '../problem/gemm-problem.js';
import { prepareOperands } from './prepare-operands.js';

const device: Device = new CpuDevice();
const [m, n, k] = [20, 12, 256];

const problem: KGroupedProblem = {
  kind: 'k-grouped',
  groups: 2,
  storage: 'blocks',
  operandType: 'float8_e4m3fn',
  m,
  n,
  k,
  majorA: 'k',
  majorB: 'k',
  outputType: 'float32',
  accumulate: false,
  tmaStorable: true,
  recipe: [1, 1, 128],
};

function codes(shape: readonly number[]): Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return device.tensor(
    Uint8Array.from({ length: count }, (_, index) => (index * 7) % 120),
    shape,
    'float8_e4m3fn',
  );
}

/** [mn, K / 128] with K contiguous, which TMA does not read. */
function scales(mn: number): Tensor {
  const count = (mn * k) / 128;
  return device.tensor(
    Float32Array.from({ length: count }, (_, index) => index),
    [mn, k / 128],
    'float32',
  );
}

const operands: GemmOperands = {
  a: codes([m * k]),
  b: codes([n * k]),
  c: undefined,
  d: device.empty([2, m, n], 'float32'),
  scalesA: scales(m),
  scalesB: scales(n),
  grouping: device.tensor(Int32Array.of(128, 128), [2], 'int32'),
};

const contentsOf = (tensors: readonly Tensor[]) => tensors.map((tensor) => tensor.readSync());

describe('prepareOperands', () => {
  it('copies into scratch memory what it copies into buffers of its own', () => {
    const { defaultStream } = device;
    const apart = prepareOperands(problem, operands, defaultStream);
    const kept = device.createBuffer({ byteLength: 2 ** 20 });
    const together = prepareOperands(problem, operands, defaultStream, new Scratch(device, kept));
    expect(new Set(apart.copies.map(({ buffer }) => buffer)).size).toBe(2);
    expect(together.copies.map(({ buffer }) => buffer === kept)).toEqual([true, true]);
    expect(contentsOf(together.copies)).toEqual(contentsOf(apart.copies));
    const { a, b, scalesA, scalesB } = together.operands;
    expect(together.copies).toEqual([scalesA, scalesB]);
    expect([a, b]).toEqual([operands.a, operands.b]);
  });

  it('transposes what is not K-major', () => {
    const dense = { ...problem, kind: 'dense', majorA: 'mn', majorB: 'mn' } as const;
    const given = { ...operands, a: codes([k, 32]).transpose(), b: codes([k, 16]).transpose() };
    const sizes = { ...dense, m: 32, n: 16 };
    const scaled = { ...given, scalesA: scales(32), scalesB: scales(16), grouping: undefined };
    const kept = device.createBuffer({ byteLength: 2 ** 20 });
    const { copies } = prepareOperands(sizes, scaled, device.defaultStream, new Scratch(device, kept));
    expect(contentsOf(copies.slice(0, 2))).toEqual(contentsOf([given.a, given.b]));
    expect(copies.map(({ strides }) => strides)).toEqual([
      [k, 1],
      [k, 1],
      [1, 32],
      [1, 16],
    ]);
  });

  it('copies nothing that the kernels take as it is', () => {
    const matrices = { ...problem, kind: 'dense', recipe: undefined } as const;
    const given = { ...operands, a: codes([m, k]), b: codes([n, k]), scalesA: scales(m) };
    const aligned = prepareOperands(matrices, given, device.defaultStream).operands;
    const again = prepareOperands(matrices, aligned, device.defaultStream);
    expect(again.copies).toEqual([]);
    expect(again.operands).toEqual(aligned);
  });

  it('makes zeros where K is 0', () => {
    const empty = { ...problem, kind: 'dense', k: 0 } as const;
    const kept = device.createBuffer({ byteLength: 2 ** 20 });
    kept.fill(1);
    const given = { ...operands, a: codes([m, 0]), b: codes([n, 0]) };
    const prepared = prepareOperands(empty, given, device.defaultStream, new Scratch(device, kept));
    expect(prepared.problem.k).toBe(16);
    expect(contentsOf(prepared.copies).every((values) => values.every((value) => value === 0))).toBe(true);
  });
});
