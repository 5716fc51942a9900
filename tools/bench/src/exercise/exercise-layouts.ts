import type { Device } from '@dg/runtime';
import { seededRandom } from '@dg/testing';
import { everyKindOfCast } from '../../../../packages/layout/test/cases/cast-case.js';
import { checkCast } from '../../../../packages/layout/test/cases/check-cast.js';
import { checkKGroupedPacked } from '../../../../packages/layout/test/cases/k-grouped-packed-case.js';
import { checkMnMajorTmaAligned } from '../../../../packages/layout/test/cases/mn-major-case.js';
import {
  checkPackedUe8m0,
  checkPowerOfTwoCheck,
} from '../../../../packages/layout/test/cases/packed-ue8m0-case.js';
import { checkRepack } from '../../../../packages/layout/test/cases/repack-case.js';
import { mnMajorCase } from '../../../../packages/layout/test/cases/scale-case.js';
import { checkTransformSf } from '../../../../packages/layout/test/cases/transform-sf-case.js';
import { checkTranspose } from '../../../../packages/layout/test/cases/transpose-case.js';

const random = seededRandom(2026);
/** Neither dimension a multiple of anything, two matrices. */
const scales = { shape: [2, 133, 9], strides: [133 * 10 + 1, 10, 1], offset: 1 };
/** Of which four neighbours are taken at once, but for the last one. */
const aligned = mnMajorCase([2, 133, 9]);

/** Every cast and layout kernel, compared with an oracle bit for bit. Names what ran. */
export async function exerciseLayouts(
  device: Device,
  isWanted: (name: string) => boolean,
  tell: (name: string) => void,
): Promise<void> {
  for (const test of everyKindOfCast()) {
    const { kind, dtype, granularity, ue8m0, packed, batches } = test;
    const format = packed ? 'packed' : ue8m0 ? 'ue8m0' : 'float32';
    const name = `cast per ${kind} ${dtype} ${granularity} ${format}${batches === undefined ? '' : ' batched'}`;
    if (!isWanted(name)) continue;
    await checkCast(device, test, random);
    tell(name);
  }
  for (const [name, run] of Object.entries(layoutCases(device))) {
    if (!isWanted(name)) continue;
    await run();
    tell(name);
  }
}

function layoutCases(device: Device): Readonly<Record<string, () => Promise<void>>> {
  const kGrouped = {
    blocks: [1, 0, 5, 9],
    mn: 70,
    granularity: 128,
    exactRows: true,
  } as const;
  const unpacked = {
    mn: 133,
    k: 700,
    groups: 2,
    isSfa: true,
    rowsPerScale: 1,
    architecture: 'sm_90a',
    round: false,
    major: 'k',
    packed: true,
  } as const;
  const transposed = { batches: 2, rows: 145, columns: 200, destinationGap: 1 };
  return {
    getMnMajorTmaAlignedTensor: () => checkMnMajorTmaAligned(device, scales, random),
    getMnMajorTmaAlignedPackedUe8m0Tensor: () => checkPackedUe8m0(device, scales, false, random),
    'getMnMajorTmaAlignedPackedUe8m0Tensor, rounded': () => checkPackedUe8m0(device, scales, true, random),
    'getMnMajorTmaAlignedPackedUe8m0Tensor, vectors': () => checkPackedUe8m0(device, aligned, false, random),
    'getMnMajorTmaAlignedPackedUe8m0Tensor, vectors, rounded': () =>
      checkPackedUe8m0(device, aligned, true, random),
    getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor: () =>
      checkKGroupedPacked(device, { ...kGrouped, layout: 'mn', round: false }, random),
    'getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor, rounded': () =>
      checkKGroupedPacked(device, { ...kGrouped, layout: 'mn', round: true }, random),
    'getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor, vectors': () =>
      checkKGroupedPacked(device, { ...kGrouped, layout: 'mn-aligned', round: false }, random),
    'getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor, vectors, rounded': () =>
      checkKGroupedPacked(device, { ...kGrouped, layout: 'mn-aligned', round: true }, random),
    'transformSfIntoRequiredLayout, packed': () => checkTransformSf(device, unpacked, random),
    checkPowersOfTwo: () => checkPowerOfTwoCheck(device, scales, random),
    'transposeFp8, aligned': () =>
      checkTranspose(device, { ...transposed, sourceGap: 8, sourceGuardBytes: 256 }, random),
    'transposeFp8, unaligned': () =>
      checkTranspose(device, { ...transposed, sourceGap: 7, sourceGuardBytes: 20 }, random),
    repackKGroupedFp8: () =>
      checkRepack(device, { ks: [128, 0, 256], mn: 70, unused: 128, gap: 16, sourceGuardBytes: 4 }, random),
  };
}
