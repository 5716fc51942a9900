import type { SeededRandom } from '@dg/testing';
import type { GemmCase } from '../support/gemm-case.js';

const anywhere = ['mn-major aligned', 'row-major', 'row-major with gaps', 'column-major tight'] as const;

/** `scaleRowsB` says how many rows of B share a scale. */
export function drawScaleLayouts(
  random: SeededRandom,
  scaleRowsB: 1 | 128,
): Pick<GemmCase, 'scaleLayoutA' | 'scaleLayoutB'> {
  return {
    scaleLayoutA: random.pick(['mn-major aligned', ...anywhere]),
    scaleLayoutB: random.pick(scaleRowsB === 1 ? anywhere : anywhere.slice(1)),
  };
}
