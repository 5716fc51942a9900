import { boundsProbes } from './bounds-probes.js';
import { instructionProbes } from './instruction-probes.js';
import { mbarrierProbes } from './mbarrier-probes.js';
import { multicastProbes } from './multicast-probes.js';
import type { Probe } from './probe.js';
import { stmatrixProbes } from './stmatrix-probes.js';
import { swizzleProbes } from './swizzle-probes.js';
import { warpProbes } from './warp-probes.js';
import { wgmmaExactProbes, wgmmaRandomProbes } from './wgmma-probes.js';

export interface ProbeFamily {
  /** Of the fixture file. */
  readonly name: string;
  readonly probes: readonly Probe[];
}

/** In the order in which hardware runs them: what could take the device down with it comes last. */
export function probeFamilies(): ProbeFamily[] {
  return [
    { name: 'instructions', probes: [...instructionProbes(), ...warpProbes(), ...stmatrixProbes()] },
    { name: 'tensor-copies', probes: [...swizzleProbes(), ...boundsProbes()] },
    { name: 'wgmma-exact', probes: wgmmaExactProbes() },
    { name: 'wgmma-random', probes: wgmmaRandomProbes() },
    { name: 'barriers', probes: [...mbarrierProbes(), ...multicastProbes()] },
  ];
}
