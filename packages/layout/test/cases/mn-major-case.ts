import type { Device } from '@dg/runtime';
import { expectSameBits, type SeededRandom, withPoisonedBuffers } from '@dg/testing';
import { getMnMajorTmaAlignedTensor } from '../../src/index.js';
import { drawScales, expectMnMajor, type ScaleCase } from './scale-case.js';

/** Scales of random bits, NaN payloads and all, have them afterwards too, with zeros as padding. */
export async function checkMnMajorTmaAligned(
  device: Device,
  test: ScaleCase,
  random: SeededRandom,
): Promise<void> {
  const { words, tensor: source, at } = drawScales(device, 'float32', test, random.bits);
  const result = withPoisonedBuffers(device, () => getMnMajorTmaAlignedTensor(source));
  if (result !== source) {
    await expectMnMajor(result, test.shape, at);
    result.destroy();
  }
  expectSameBits(await source.buffer.read(), new Uint8Array(words.buffer), { name: 'source' });
  source.destroy();
}
