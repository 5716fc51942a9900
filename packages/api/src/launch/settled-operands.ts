/**
 * What nothing that may still be at work writes: of the operands B, with its scales, or A and its scales as well; and what the
 * groups are. A dependent launch may load it before the kernels before it have ended.
 */
export type SettledOperands = 'none' | 'b' | 'all';

/** As `Settled` of kernels/include/dg/gemm/gemm_roles.cuh. */
export const settledArgument: Readonly<Record<SettledOperands, number>> = { none: 0, b: 1, all: 2 };
