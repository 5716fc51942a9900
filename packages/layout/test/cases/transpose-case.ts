import type { Device } from '@dg/runtime';
import { expectSameBits, guardedTensor, type SeededRandom } from '@dg/testing';
import { transposeFp8 } from '../../src/index.js';

export interface TransposeCase {
  readonly batches: number | undefined;
  readonly rows: number;
  readonly columns: number;
  /** Elements added to a row of the source, and behind its matrices. */
  readonly sourceGap: number;
  /** In front of the source. 4 and 20 misalign it. */
  readonly sourceGuardBytes: number;
  /** 16-byte units added to a row of the destination, and behind its matrices. */
  readonly destinationGap: number;
}

const sizes = [0, 1, 2, 3, 4, 15, 16, 17, 31, 32, 33, 127, 128, 129, 144, 145, 200];

export function drawTransposeCase(draw: SeededRandom): TransposeCase {
  return {
    batches: draw.pick([undefined, undefined, 0, 1, 2, 3]),
    rows: draw.pick(sizes),
    columns: draw.pick(sizes),
    sourceGap: draw.pick([0, 0, 1, 7, 16]),
    sourceGuardBytes: draw.pick([256, 256, 16, 4, 20]),
    destinationGap: draw.pick([0, 0, 1, 2]),
  };
}

/** Every byte is where it belongs, and no other changes. */
export async function checkTranspose(
  device: Device,
  test: TransposeCase,
  random: SeededRandom,
): Promise<void> {
  const { batches, rows, columns, sourceGap, destinationGap } = test;
  const inBatches = (stride: number, matrix: readonly number[]) =>
    batches === undefined ? [...matrix] : [stride, ...matrix];
  const shape = (matrix: readonly number[]) => inBatches(batches!, matrix);
  const sourcePitch = columns + sourceGap;
  const source = guardedTensor(device, shape([rows, columns]), 'float8_e4m3fn', {
    strides: inBatches(rows * sourcePitch + sourceGap, [sourcePitch, 1]),
    guardBytes: test.sourceGuardBytes,
  });
  const bytes = Uint8Array.from({ length: source.tensor.elementCount }, () => random.bits() & 0xff);
  source.tensor.write(bytes as never);
  const before = await source.tensor.buffer.read();
  const pitch = 16 * (Math.ceil(rows / 16) + destinationGap);
  const destination = guardedTensor(device, shape([columns, rows]), 'float8_e4m3fn', {
    strides: inBatches(columns * pitch + 16 * destinationGap, [pitch, 1]),
  });

  transposeFp8(source.tensor, destination.tensor);

  const expected = Uint8Array.from({ length: bytes.length }, (_, flat) => {
    const row = flat % rows;
    const column = Math.floor(flat / rows) % columns;
    const batch = Math.floor(flat / rows / columns);
    return bytes[(batch * rows + row) * columns + column]!;
  });
  expectSameBits(await destination.tensor.read(), expected, {
    name: 'destination',
    shape: destination.tensor.shape,
  });
  await destination.expectGuardsIntact();
  expectSameBits(await source.tensor.buffer.read(), before, { name: 'buffer of the source' });
  source.destroy();
  destination.destroy();
}
