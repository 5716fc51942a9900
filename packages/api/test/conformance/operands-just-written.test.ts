import { float32ToBfloat16Array, perBlockCastToFp8, perTokenCastToFp8 } from '@dg/layout';
import { type Device, type HostArray, type Stream, Tensor } from '@dg/runtime';
import { expectSameBits, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectConfig } from '../../src/config/select-config.js';
import { bf16GemmNt } from '../../src/gemm/bf16-gemm-nt.js';
import { fp8GemmNt } from '../../src/gemm/fp8-gemm-nt.js';
import { mGroupedBf16GemmNtMasked } from '../../src/gemm/m-grouped-bf16-gemm-nt-masked.js';
import { denseProblem } from '../support/dense-problem.js';
import { onGpu } from '../support/test-settings.js';

const [m, n, k] = onGpu ? [64, 128, 256] : [8, 64, 256];
/** Of the product whose D is what the next one reads or writes. On a GPU it takes long, and leaves room for the next one's CTAs beside its own. */
const innerK = onGpu ? 32768 : 64;
/** Of a product whose K is split by CTAs, each of which stores a part of D. */
const splitK = 2048;
const rounds = onGpu ? 20 : 1;
/** Launches between the one that writes and the one that must not be early. */
const between = [0, 1, 3];

// Pitfall: reading before the programmatic-dependency wait what the kernel before wrote. A and B are loaded before that wait
// where nothing that may still run writes them, which the stream has to know. A cast lets nothing start early: only a product
// could be caught out.
describe('an operand that was just written is read as it is then', () => {
  const random = seededRandom(testSeed());
  let device: Device;
  let stream: Stream;
  beforeAll(async () => {
    device = await testDevice();
    stream = device.createStream();
  });

  const normal = (rows: number, columns: number): Tensor =>
    device.tensor(
      float32ToBfloat16Array(Float32Array.from({ length: rows * columns }, () => random.normal())),
      [rows, columns],
      'bfloat16',
    );

  it.each(between.flatMap((launches) => (['A', 'B'] as const).map((name) => ({ name, launches }))))(
    '$name by a product, $launches launches before',
    async ({ name, launches }) => {
      const lines = name === 'A' ? m : n;
      const [u, v, other] = [normal(lines, innerK), normal(k, innerK), normal(m + n - lines, k)];
      const written = device.empty([lines, k], 'bfloat16');
      const d = device.empty([m, n], 'bfloat16');
      const [a, b] = name === 'A' ? [written, other] : [other, written];
      await check({
        write: () => bf16GemmNt(u, v, written, { stream }),
        read: () => bf16GemmNt(a, b, d, { stream }),
        launches,
        written: [written],
        d,
      });
      for (const tensor of [u, v, a, b, d]) tensor.destroy();
    },
  );

  it.each(between)('A and B by casts, %i launches before', async (launches) => {
    const [source, activations] = [normal(n, k), normal(m, k)];
    const a = perTokenCastToFp8(activations);
    const b = perBlockCastToFp8(source);
    const d = device.empty([m, n], 'bfloat16');
    await check({
      write: () => {
        perBlockCastToFp8(source, { out: b, stream });
        perTokenCastToFp8(activations, { out: a, stream });
      },
      read: () => fp8GemmNt(a, b, d, { stream }),
      launches,
      written: [a.data, a.scales, b.data, b.scales],
      d,
    });
    for (const tensor of [source, activations, a.data, a.scales, b.data, b.scales, d]) tensor.destroy();
  });

  // What the groups are is read before the wait, too. Sums of ones, as integers, are more rows than there are.
  it.each(between)('and so are the rows of masked groups, %i launches before', async (launches) => {
    const groups = 4;
    const ones = (rows: number) =>
      device.tensor(new Uint16Array(rows * innerK).fill(0x3f80), [rows, innerK], 'bfloat16');
    const [u, v] = [ones(1), ones(groups)];
    const written = device.empty([1, groups], 'float32');
    const maskedM = new Tensor({ buffer: written.buffer, dtype: 'int32', shape: [groups] });
    const grouped = (rows: number) =>
      device.tensor(
        float32ToBfloat16Array(Float32Array.from({ length: groups * rows * k }, () => random.normal())),
        [groups, rows, k],
        'bfloat16',
      );
    const [a, b] = [grouped(m), grouped(n)];
    const d = device.empty([groups, m, n], 'bfloat16');
    await check({
      write: () => bf16GemmNt(u, v, written, { stream }),
      read: () => mGroupedBf16GemmNtMasked(a, b, d, maskedM, m, { stream }),
      launches,
      written: [written],
      d,
    });
    for (const tensor of [u, v, written, a, b, d]) tensor.destroy();
  });

  // Nothing is stored before that wait: what a product before still has to write would be what stays.
  it.each(
    between.flatMap((launches) => [
      { launches, innerOf: 'whole', readK: k, splits: false },
      { launches, innerOf: 'split', readK: splitK, splits: true },
    ]),
  )(
    'and D is written only then, $launches launches before, K $innerOf',
    async ({ launches, readK, splits }) => {
      const problem = denseProblem({ operandType: 'bfloat16', m, n, k: readK, outputType: 'bfloat16' });
      const { splitK: parts = 1 } = selectConfig(problem, { multiprocessorCount: 132 });
      expect(parts > 1).toBe(splits);
      const [u, v, a, b] = [normal(m, innerK), normal(n, innerK), normal(m, readK), normal(n, readK)];
      const d = device.empty([m, n], 'bfloat16');
      await check({
        write: () => bf16GemmNt(u, v, d, { stream }),
        read: () => bf16GemmNt(a, b, d, { stream }),
        launches,
        written: [],
        d,
      });
      for (const tensor of [u, v, a, b, d]) tensor.destroy();
    },
  );

  interface Chain {
    write(): void;
    read(): void;
    readonly launches: number;
    readonly written: readonly Tensor[];
    readonly d: Tensor;
  }

  /** D of a chain that follows closely, live and in a graph, against that with a pause between the two. */
  async function check({ write, read, launches, written, d }: Chain): Promise<void> {
    const [x, y, z] = [normal(64, 128), normal(64, 128), device.empty([64, 64], 'bfloat16')];
    const chain = () => {
      write();
      for (let launch = 0; launch < launches; launch++) bf16GemmNt(x, y, z, { stream });
      read();
    };
    await device.synchronize();
    // The first calls may compile.
    chain();
    write();
    await stream.synchronize();
    read();
    const expected = await d.read({ stream });
    expect(isAnyNan(expected)).toBe(false);
    const graph = stream.capture(chain);
    for (let round = 0; round < rounds; round++) {
      for (const run of [chain, () => graph.launch({ stream })]) {
        for (const tensor of [...written, d]) tensor.buffer.fill(0xff, undefined, { stream });
        await stream.synchronize();
        run();
        expectSameBits(await d.read({ stream }), expected, { name: 'D' });
      }
    }
    graph.destroy();
    for (const tensor of [x, y, z]) tensor.destroy();
  }
});

function isAnyNan(codes: HostArray): boolean {
  return (codes as Uint16Array).some((code) => (code & 0x7fff) > 0x7f80);
}
