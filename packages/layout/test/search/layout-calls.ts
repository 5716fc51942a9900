import { type Device, Tensor } from '@dg/runtime';
import { expectRefused, type Named, type SeededRandom, type Spoil } from '@dg/testing';
import { castCall } from './cast-call.js';
import type { LayoutCall } from './layout-call.js';
import { repackCall, transposeCall } from './operand-calls.js';
import { kGroupedScaleCall, scaleCall, transformSfCall } from './scale-calls.js';

type DrawCall = (device: Device, random: SeededRandom) => LayoutCall;

/** Right calls of every cast and layout function. */
export const layoutCalls = {
  perTokenCastToFp8: (device, random) => castCall(device, 'token', random),
  perChannelCastToFp8: (device, random) => castCall(device, 'channel', random),
  perBlockCastToFp8: (device, random) => castCall(device, 'block', random),
  getMnMajorTmaAlignedTensor: (device, random) => scaleCall(device, 'getMnMajorTmaAlignedTensor', random),
  getMnMajorTmaAlignedPackedUe8m0Tensor: (device, random) =>
    scaleCall(device, 'getMnMajorTmaAlignedPackedUe8m0Tensor', random),
  getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor: kGroupedScaleCall,
  transformSfIntoRequiredLayout: transformSfCall,
  checkPowersOfTwo: (device, random) => scaleCall(device, 'checkPowersOfTwo', random),
  transposeFp8: transposeCall,
  repackKGroupedFp8: repackCall,
} as const satisfies Readonly<Record<string, DrawCall>>;

export type LayoutFunction = keyof typeof layoutCalls;

/** Makes one thing about a right call wrong. It has to be refused, and to change nothing. */
export async function expectSpoilRefused(
  name: LayoutFunction,
  { given, call }: LayoutCall,
  { name: mistake, expected, spoil }: Spoil<Named>,
): Promise<void> {
  try {
    await expectRefused({
      operation: name,
      expected,
      call: () => call({ ...given, ...spoil() }),
      untouched: tensorsOf(given).map(({ buffer }) => buffer),
    });
  } catch (error) {
    throw new Error(`${mistake}: ${(error as Error).message}`);
  }
}

export function tensorsOf(given: Named): Tensor[] {
  return Object.values(given).filter((value): value is Tensor => value instanceof Tensor);
}
