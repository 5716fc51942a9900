import { DgValidationError } from '@dg/runtime';
import type { Probe } from './probe.js';
import { type ProbeDevice, runProbe } from './run-probe.js';

export type Simulated =
  | { readonly output: Uint8Array }
  /** The simulator refuses what the probe is known to need. */
  | { readonly missing: string }
  | { readonly failure: string };

/** Runs a probe on the simulator. Only a refusal, or a fault that says so, is what a missing feature looks like. */
export function simulateProbe(simulator: ProbeDevice, probe: Probe): Simulated {
  try {
    return { output: runProbe(simulator, probe) };
  } catch (error) {
    const message = String((error as Error)?.message ?? error);
    const isRefusal = error instanceof DgValidationError || message.includes('not modelled');
    if (probe.needs !== undefined && isRefusal) return { missing: probe.needs };
    return { failure: message };
  }
}
