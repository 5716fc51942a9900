import type { SimBackend } from './sim-backend.js';
import { SimDevice } from './sim-device.js';
import type { SimulatorOptions } from './simulator-options.js';

/**
 * Makes a device that executes kernels on the CPU, with options that `requestDevice('sim:sm_90a')` does not take. Every
 * call makes another device.
 *
 * @throws DgValidationError for an option or a `DG_SIM_SEED` that cannot be.
 */
export type CreateSimulator = (options?: SimulatorOptions) => SimDevice;

export function simulatorOn(backend: SimBackend): CreateSimulator {
  return (options) => new SimDevice(backend, options);
}
