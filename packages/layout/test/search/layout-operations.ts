import type { Device } from '@dg/runtime';
import type { CaseSizes, SearchOperation, SeededRandom } from '@dg/testing';
import { type CastKind, drawCastCase } from '../cases/cast-case.js';
import { checkCast } from '../cases/check-cast.js';
import { checkKGroupedPacked, drawKGroupedPackedCase } from '../cases/k-grouped-packed-case.js';
import { checkMnMajorTmaAligned } from '../cases/mn-major-case.js';
import { checkPackedUe8m0, checkPowerOfTwoCheck } from '../cases/packed-ue8m0-case.js';
import { checkRepack, drawRepackCase } from '../cases/repack-case.js';
import { drawScaleCase } from '../cases/scale-case.js';
import { checkTransformSf, drawTransformSfCase } from '../cases/transform-sf-case.js';
import { checkTranspose, drawTransposeCase } from '../cases/transpose-case.js';
import { expectSpoilRefused, type LayoutFunction, layoutCalls, tensorsOf } from './layout-calls.js';

/** Keeps the numbers of a case apart from its shape. */
const numbersStream = 1;

/** Every cast and layout function, for a search. Results have the bits of an oracle on every device. */
export const layoutOperations: readonly SearchOperation[] = [
  castOperation('perTokenCastToFp8', 'token'),
  castOperation('perChannelCastToFp8', 'channel'),
  castOperation('perBlockCastToFp8', 'block'),
  operation('getMnMajorTmaAlignedTensor', drawScaleCase, checkMnMajorTmaAligned),
  operation(
    'getMnMajorTmaAlignedPackedUe8m0Tensor',
    (random) => ({ scales: drawScaleCase(random), round: random.chance(0.5) }),
    (device, { scales, round }, random) => checkPackedUe8m0(device, scales, round, random),
  ),
  operation('getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor', drawKGroupedPackedCase, checkKGroupedPacked),
  operation('transformSfIntoRequiredLayout', drawTransformSfCase, checkTransformSf),
  operation('checkPowersOfTwo', drawScaleCase, checkPowerOfTwoCheck),
  operation('transposeFp8', drawTransposeCase, checkTranspose),
  operation('repackKGroupedFp8', drawRepackCase, checkRepack),
];

function castOperation(name: LayoutFunction, kind: CastKind): SearchOperation {
  return operation(name, (random, sizes) => drawCastCase(random, kind, sizes), checkCast);
}

function operation<Case>(
  name: LayoutFunction,
  draw: (random: SeededRandom, sizes: CaseSizes) => Case,
  check: (device: Device, test: Case, random: SeededRandom) => Promise<void>,
): SearchOperation {
  return {
    name,
    draw: (random, sizes) => {
      const test = draw(random, sizes);
      return {
        description: `${name}: ${JSON.stringify(test)}`,
        check: async ({ device, reference }) => {
          if (reference !== undefined) await check(reference, test, random.fork(numbersStream));
          await check(device, test, random.fork(numbersStream));
          return {};
        },
      };
    },
    drawRefused: (random) => ({
      description: `${name} made wrong`,
      check: async ({ device }) => {
        const stream = random.fork(numbersStream);
        const right = layoutCalls[name](device, stream);
        const spoil = stream.pick(stream.pick(Object.values(right.spoils)));
        await expectSpoilRefused(name, right, spoil);
        for (const tensor of tensorsOf(right.given)) tensor.destroy();
        return {};
      },
    }),
  };
}
