import { type GemmConfig, stageKBytes } from '@dg/kernels';

/**
 * What a waiting kernel may bring into L2 besides what its stages hold. Half of the L2 of an H100: more would drive out
 * what the kernel before it is still using.
 */
const aheadBytes = 25e6;

/**
 * K-blocks of B that each of `ctas` CTAs loads ahead when B is constant: all of its stages, and what else fits L2, so that
 * device memory is busy while the kernel before stores its last tiles.
 */
export function bAhead(config: GemmConfig, ctas: number): number {
  return Math.max(config.stages, Math.floor(aheadBytes / (ctas * config.blockN * stageKBytes)));
}
