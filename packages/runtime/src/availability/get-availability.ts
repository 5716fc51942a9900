import { DgUnavailableError, findCompiler } from '@dg/jit';
import { assessCuda, type BindingLoad } from './assess-cuda.js';
import type { Availability, Problem } from './availability.js';
import { loadNative } from './load-native.js';

/** Seams for tests. */
export interface AvailabilityProbes {
  readonly loadNative: () => BindingLoad;
  /** Throws DgUnavailableError when there is no compiler. */
  readonly findCompiler: () => unknown;
}

const machineProbes: AvailabilityProbes = { loadNative, findCompiler };

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
    probes.findCompiler();
    return [];
  } catch (error) {
    if (!(error instanceof DgUnavailableError)) throw error;
    return [
      {
        reason: error.reason,
        message: `${error.message} Kernels that are in the cache can be used all the same.`,
        mend: error.mend,
      },
    ];
  }
}
