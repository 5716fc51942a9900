import { DgValidationError } from '@dg/runtime';

/**
 * Multiprocessors of the cards that kernels are usually compiled for ahead of time. The choice of a kernel depends on
 * them: for a card with another number (H100 PCIe: 114), give it.
 */
const multiprocessorCounts: Readonly<Record<string, number>> = {
  // H100 SXM, H200.
  sm_90a: 132,
};

export const defaultArchitecture = 'sm_90a';

/** @throws DgValidationError for an architecture without kernels. */
export function multiprocessorCountOf(architecture: string): number {
  const count = multiprocessorCounts[architecture];
  if (count !== undefined) return count;
  throw new DgValidationError(
    `expected ${Object.keys(multiprocessorCounts).join(' or ')} for architecture but received ${JSON.stringify(architecture)}`,
  );
}
