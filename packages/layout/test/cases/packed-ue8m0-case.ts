import { type Device, DgValidationError } from '@dg/runtime';
import { expectEqual, expectSameBits, type SeededRandom, withPoisonedBuffers } from '@dg/testing';
import { checkPowersOfTwo, getMnMajorTmaAlignedPackedUe8m0Tensor } from '../../src/index.js';
import { packedWordOracle, ue8m0Oracle } from '../oracle/ue8m0-oracle.js';
import {
  drawScaleBits,
  drawScales,
  drawUsualScaleBits,
  expectMnMajor,
  type ScaleCase,
} from './scale-case.js';

/** Scales of all kinds, packed, have the codes of the oracle, and zeros as padding. */
export async function checkPackedUe8m0(
  device: Device,
  test: ScaleCase,
  round: boolean,
  random: SeededRandom,
  drawBits = random.pick([drawScaleBits, drawUsualScaleBits]),
): Promise<void> {
  const { tensor, words, at } = drawScales(device, 'float32', test, () => drawBits(random));
  const result = withPoisonedBuffers(device, () => getMnMajorTmaAlignedPackedUe8m0Tensor(tensor, { round }));
  expectEqual(result.dtype, 'int32', 'dtype of the result');
  const k = test.shape.at(-1)!;
  const shape = [...test.shape.slice(0, -1), Math.ceil(k / 4)];
  await expectMnMajor(result, shape, (batch, mn, word) =>
    packedWordOracle(4 * word, k, round, (column) => at(batch, mn, column)),
  );
  expectSameBits(await tensor.buffer.read(), new Uint8Array(words.buffer), { name: 'source' });
  result.destroy();
  tensor.destroy();
}

/** Powers of two pass; of other scales the first is named. */
export async function checkPowerOfTwoCheck(
  device: Device,
  test: ScaleCase,
  random: SeededRandom,
): Promise<void> {
  const powers = drawScales(device, 'float32', test, () =>
    random.chance(0.1) ? 0x00400000 : random.integer(1, 254) << 23,
  );
  await checkPowersOfTwo(powers.tensor);
  powers.tensor.destroy();

  const { tensor, at } = drawScales(device, 'float32', test, () => drawScaleBits(random));
  const place = placesOf(test).find((each) => ue8m0Oracle(at(...each), false) === 255);
  const message = await messageOf(checkPowersOfTwo(tensor));
  tensor.destroy();
  if (place === undefined) {
    expectEqual(message, undefined, 'error for powers of two');
    return;
  }
  const value = new Float32Array(Uint32Array.of(at(...place)).buffer)[0]!;
  const index = place.slice(3 - test.shape.length).join(', ');
  const expected =
    'checkPowersOfTwo: expected a power of two from 2^-127 to 2^127 for every scale of sf (round them up, or cast ' +
    `with ue8m0) but received ${value} at [${index}]`;
  expectEqual(message, expected, 'error for other scales');
}

/** [batch, mn, k] of every scale, in row-major order. */
function placesOf({ shape }: ScaleCase): (readonly [number, number, number])[] {
  const [batches, mn, k] = (shape.length === 3 ? shape : [1, ...shape]) as [number, number, number];
  return Array.from(
    { length: batches * mn * k },
    (_, flat) => [Math.floor(flat / k / mn), Math.floor(flat / k) % mn, flat % k] as const,
  );
}

async function messageOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof DgValidationError) return error.message;
    throw error;
  }
}
