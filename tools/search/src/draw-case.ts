import { type CaseSizes, type SearchCase, type SearchOperation, seededRandom } from '@dg/testing';

/** What decides a case, together with the operations. */
export interface CaseOrigin {
  /** 0 to 2^32 - 1. */
  readonly seed: number;
  readonly index: number;
  readonly sizes: CaseSizes;
}

export interface DrawnCase extends SearchCase {
  /** The function that is called. */
  readonly operation: string;
  /** Whether the call has something wrong, and has to be refused. */
  readonly refused: boolean;
}

const refusedShare = 0.1;

/** Draws an operation, whether its call is to be wrong, and the call. The same origin gives the same case everywhere. */
export function drawCase(
  operations: readonly SearchOperation[],
  { seed, index, sizes }: CaseOrigin,
): DrawnCase {
  const random = seededRandom(seed).fork(index);
  const operation = random.pick(operations);
  const refused = random.chance(refusedShare);
  const drawn = refused ? operation.drawRefused(random, sizes) : operation.draw(random, sizes);
  return { ...drawn, operation: operation.name, refused };
}
