import type { CaseMeasure, SearchDevices, SeededRandom } from '@dg/testing';
import { expectSpoilRefused } from '../spoils/expect-spoil-refused.js';
import { gemmSpoils } from '../spoils/gemm-spoils.js';
import type { GemmLibrary } from '../support/entry-points.js';
import type { DrawnGemm } from './drawn-gemm.js';

const fewestRows = 3;
const fewestGroups = 2;

/** Whether every kind of mistake is one for this call: with one row or group there is nothing to be out of order. */
export function canBeSpoiled({ m, n, k, groups }: DrawnGemm): boolean {
  return Math.min(m, n, k) >= fewestRows && groups >= fewestGroups;
}

/** Makes one thing about a drawn call wrong. It has to be refused, and to change nothing. */
export async function checkRefusedGemm(
  drawn: DrawnGemm,
  random: SeededRandom,
  { device }: SearchDevices,
  library: GemmLibrary,
): Promise<CaseMeasure> {
  const uploaded = drawn.drawNumbers(random).upload(device);
  try {
    const spoils = random.pick(Object.values(gemmSpoils(device, drawn.entry, uploaded.call)));
    await expectSpoilRefused(drawn.entry, uploaded.call, random.pick(spoils), library);
    return {};
  } finally {
    uploaded.destroy();
  }
}
