import { DgUnavailableError, findNvcc } from '@dg/jit';
import { assessCuda, type BindingLoad } from './assess-cuda.js';
import type { Availability, Problem } from './availability.js';
import { loadNative } from './load-native.js';

/** Seams for tests. */
export interface AvailabilityProbes {
  readonly loadNative: () => BindingLoad;
  /** Throws DgUnavailableError when there is no compiler. */
  readonly findNvcc: () => unknown;
}

const machineProbes: AvailabilityProbes = { loadNative, findNvcc };

/**
 * Looks at this machine: loads the addon and the driver, and asks each GPU for its properties. Creates no context and
 * never throws for something that is missing.
 */
export function getAvailability(probes: AvailabilityProbes = machineProbes): Availability {
  const { problem, devices } = assessCuda(probes.loadNative());
  return {
    available: problem === undefined,
    reason: problem?.reason,
    message: problem?.message,
    mend: problem?.mend,
    devices,
    notes: compilerNotes(probes),
  };
}

function compilerNotes(probes: AvailabilityProbes): Problem<string>[] {
  try {
    probes.findNvcc();
    return [];
  } catch (error) {
    if (!(error instanceof DgUnavailableError)) throw error;
    return [
      {
        reason: error.reason,
        message: `${error.message} Kernels in the cache cannot be found without it either: its version is part of their key.`,
        mend: error.mend,
      },
    ];
  }
}
