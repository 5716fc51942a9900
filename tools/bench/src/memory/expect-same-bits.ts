import { DgError } from '@dg/jit';
import type { HostArray, Tensor } from '@dg/runtime';
import { gatherRows } from '../measure/gather-rows.js';

/** Compares two matrices, of whichever devices. Throws DgError with the first element that differs. */
export async function expectSameBits(name: string, wanted: Tensor, actual: Tensor): Promise<void> {
  const difference = firstDifference(await allRows(wanted), await allRows(actual));
  if (difference === undefined) return;
  throw new DgError(
    'DG_BENCH_WRONG_RESULT',
    `expected the bits of the reference for ${name} but received others at element ${difference} of ` +
      `[${actual.shape.join(', ')}]`,
  );
}

async function allRows(matrix: Tensor): Promise<HostArray> {
  return await gatherRows(matrix, { start: 0, end: matrix.shape[0]! });
}

function firstDifference(x: HostArray, y: HostArray): number | undefined {
  const length = Math.max(x.length, y.length);
  for (let i = 0; i < length; i++) if (!Object.is(x[i], y[i])) return i;
  return undefined;
}
