import type { Device, HostArray } from '@dg/runtime';
import { expectSameBits, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectUntouched } from '../support/expect-untouched.js';
import { groupLayout } from '../support/group-layout.js';
import { drawKGrouped } from '../support/k-grouped-data.js';
import { uploadKGrouped } from '../support/k-grouped-gemm.js';
import { completeMGrouped, type MGroupedCase } from '../support/m-grouped-case.js';
import { drawMGrouped } from '../support/m-grouped-data.js';
import { uploadMGrouped } from '../support/m-grouped-gemm.js';
import { rowsUnderMask } from '../support/rows-under-mask.js';
import { allowedEpsilon } from '../support/test-settings.js';

interface Replayed {
  readonly grouping: { write(data: Int32Array<ArrayBuffer>): void };
  readonly output: { readonly tensor: { read(): Promise<HostArray> }; expectGuardsIntact(): Promise<void> };
  reset(): void;
  run(options: { stream: ReturnType<Device['createStream']> }): void;
}

/** Captures one call, and replays it with each of the contents of the grouping. */
async function replay(
  device: Device,
  call: Replayed,
  contents: readonly Int32Array<ArrayBuffer>[],
  check: (d: HostArray, index: number) => void,
): Promise<void> {
  const stream = device.createStream();
  // The first call may compile, which a capture must not.
  call.run({ stream });
  await device.synchronize();
  const graph = stream.capture(() => call.run({ stream }));
  for (const [index, each] of contents.entries()) {
    call.reset();
    call.grouping.write(each);
    await device.synchronize();
    graph.launch({ stream });
    await stream.synchronize();
    const d = await call.output.tensor.read();
    check(d, index);
    await call.output.expectGuardsIntact();

    call.reset();
    await device.synchronize();
    graph.launch({ stream });
    await stream.synchronize();
    expectSameBits(await call.output.tensor.read(), d, { name: `second replay with contents ${index}` });
  }
  graph.destroy();
  stream.destroy();
}

interface ContiguousKind extends Partial<Pick<MGroupedCase, 'entry' | 'majorB' | 'scaleRowsB'>> {
  readonly name: string;
  readonly layout: 'rows' | 'psum';
}

const layouts: ContiguousKind[] = [
  { name: 'rows', layout: 'rows' },
  { name: 'psum', layout: 'psum' },
];

/** Those that make copies before the product, which are then part of the graph. */
const withCopies: ContiguousKind[] = [
  { name: 'rows, transposed B', layout: 'rows', entry: 'nn', majorB: 'mn' },
  { name: 'psum, scales for each row of B', layout: 'psum', scaleRowsB: 1 },
];

const contiguousKinds = { float8_e4m3fn: [...layouts, ...withCopies], bfloat16: layouts };
const storages = { float8_e4m3fn: ['matrix', 'blocks'], bfloat16: ['matrix'] } as const;

// Pitfall: tensor maps patched in place.
describe.each(['float8_e4m3fn', 'bfloat16'] as const)(
  'a captured grouped %s GEMM reads the groups of the time of its replay',
  (operandType) => {
    const seed = testSeed();
    const allowed = allowedEpsilon(operandType);
    let device: Device;
    beforeAll(async () => {
      device = await testDevice();
    });

    it.for(contiguousKinds[operandType])('contiguous, $name', async ({ name: _, layout, ...kind }) => {
      const random = seededRandom(seed);
      const [m, mkAlignment] = [384, 64];
      const sizes = [
        [130, 0, 64, 60],
        [0, 1, 0, 300],
        [0, 0, 0, 0],
        [64, 64, 64, 64],
      ];
      const placed = sizes.map((each) => groupLayout(each, { layout, mkAlignment, m }));
      const gemm = completeMGrouped(random, {
        form: 'contiguous',
        operandType,
        groups: 4,
        m,
        n: 40,
        k: 192,
        ...kind,
        options: { layout, mkAlignment },
      });
      const everyRow = Array.from({ length: 4 }, () => Array.from({ length: m }, (_, row) => row));
      const call = uploadMGrouped(device, drawMGrouped(random, gemm, everyRow), placed[0]!.contents);
      const contents = placed.map((each) => each.contents);
      await replay(device, call, contents, (d, index) => {
        expect(call.check(d, placed[index]!.rows)).toBeLessThanOrEqual(allowed);
      });
      call.destroy();
    });

    it('masked', async () => {
      const random = seededRandom(seed);
      const m = 70;
      const masks = [
        [70, 0, 33],
        [0, 0, 0],
        [1, 70, 64],
        [65, 7, 70],
      ];
      const dims = { groups: 3, m, n: 40, k: 192 };
      const gemm = completeMGrouped(random, { form: 'masked', operandType, ...dims });
      const call = uploadMGrouped(
        device,
        drawMGrouped(random, gemm, rowsUnderMask([m, m, m], m)),
        Int32Array.from(masks[0]!),
      );
      const contents = masks.map((each) => Int32Array.from(each));
      await replay(device, call, contents, (d, index) => {
        const rows = rowsUnderMask(masks[index]!, m);
        expect(call.check(d, rows)).toBeLessThanOrEqual(allowed);
        expectUntouched(d, rows, m, gemm.n);
      });
      call.destroy();
    });

    // In blocks, the tensor maps of the groups are made on the device, from the ks of the time.
    it.for(storages[operandType])('K-grouped, in place, %s', async (storage) => {
      const random = seededRandom(seed);
      const depths = [
        [256, 0, 128],
        [0, 384, 0],
        [0, 0, 0],
        [128, 128, 128],
      ];
      const gemm = {
        operandType,
        storage,
        groups: 3,
        m: 40,
        n: 24,
        sumK: 384,
        data: 'normal',
        accumulation: 'in place',
        majorA: 'mn',
        majorB: 'mn',
      } as const;
      const call = uploadKGrouped(device, drawKGrouped(random, gemm, depths[0]!), depths[0]!);
      const contents = depths.map((each) => Int32Array.from(each));
      await replay(device, { ...call, grouping: { write: call.regroup } }, contents, (d, index) => {
        expect(call.check(d, depths[index]!)).toBeLessThanOrEqual(allowed);
      });
      call.destroy();
    });
  },
);
