import type { Device } from '@dg/runtime';
import { expectSameBits, guardedTensor, type SeededRandom } from '@dg/testing';
import { repackKGroupedFp8 } from '../../src/index.js';

export interface RepackCase {
  readonly ks: readonly number[];
  readonly mn: number;
  /** Elements of K past the sum of ks. */
  readonly unused: number;
  readonly gap: number;
  readonly sourceGuardBytes: number;
}

export function drawRepackCase(draw: SeededRandom): RepackCase {
  const groups = draw.pick([1, 2, 3, 5, 40]);
  const share = groups > 5 ? [0, 0, 0, 128] : [0, 128, 256, 384];
  return {
    ks: Array.from({ length: groups }, () => draw.pick(share)),
    mn: draw.pick([0, 1, 2, 31, 33, 70, 129]),
    unused: draw.pick([0, 0, 128, 256]),
    gap: draw.pick([0, 16, 32]),
    sourceGuardBytes: draw.pick([256, 256, 4]),
  };
}

/** Every byte is where it belongs, and no other changes. */
export async function checkRepack(device: Device, test: RepackCase, random: SeededRandom): Promise<void> {
  const { ks, mn } = test;
  const sumK = ks.reduce((sum, k) => sum + k, test.unused);
  const bytes = Uint8Array.from({ length: mn * sumK }, () => random.bits() & 0xff);
  const source = guardedTensor(device, [mn * sumK], 'float8_e4m3fn', { guardBytes: test.sourceGuardBytes });
  source.tensor.write(bytes as never);
  const destination = guardedTensor(device, [mn, sumK], 'float8_e4m3fn', { pitchElements: sumK + test.gap });
  const sizes = device.tensor(Int32Array.from(ks), [ks.length], 'int32');

  repackKGroupedFp8(source.tensor, sizes, mn, sumK, destination.tensor);

  expectSameBits(await destination.tensor.read(), repacked(bytes, ks, mn, sumK), {
    name: 'destination',
    shape: [mn, sumK],
  });
  await destination.expectGuardsIntact();
  await source.expectGuardsIntact();
  for (const each of [source, destination, sizes]) each.destroy();
}

/** [mn, sumK] of the groups, zeros past them. */
export function repacked(source: Uint8Array, ks: readonly number[], mn: number, sumK: number): Uint8Array {
  const expected = new Uint8Array(mn * sumK);
  let first = 0;
  for (const k of ks) {
    for (let row = 0; row < mn; row++) {
      for (let j = 0; j < k; j++) expected[row * sumK + first + j] = source[first * mn + row * k + j]!;
    }
    first += k;
  }
  return expected;
}
