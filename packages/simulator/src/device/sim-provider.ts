import { type DeviceFactory, DgUnavailableError, DgValidationError } from '@dg/runtime';
import type { SimBackend } from './sim-backend.js';
import { SimDevice } from './sim-device.js';

/** The devices that the simulator is meant to offer. */
const simulatedDevices = ['sim:sm_90a', 'sim:sm_100a'];
const executedDevice = 'sim:sm_90a';

/**
 * Serves `requestDevice('sim:…')`. The seed comes from `DG_SIM_SEED`, the logger from the request; for other options use
 * `createSimulator`. A device that is not implemented is refused: one that only looks like a device would make tests
 * pass that ran nothing.
 */
export function createSimProvider(backend: SimBackend): DeviceFactory {
  return (id, { logger }, onDestroy) => {
    if (!simulatedDevices.includes(id)) {
      throw new DgValidationError(
        `expected ${simulatedDevices.join(' or ')} for device id but received ${JSON.stringify(id)}`,
      );
    }
    if (id === executedDevice) return new SimDevice(backend, { logger }, onDestroy);
    throw new DgUnavailableError(
      'simulator-not-implemented',
      `expected a simulator that executes PTX for ${id} but received one for ${executedDevice} only.`,
      `Use requestDevice('${executedDevice}') or requestDevice('cpu').`,
    );
  };
}
