import { type DeviceFactory, DgUnavailableError, DgValidationError } from '@dg/runtime';

/** The devices that the simulator is meant to offer. */
const simulatedDevices = ['sim:sm_90a', 'sim:sm_100a'];

/**
 * Serves `requestDevice('sim:…')`. It refuses until the simulator can execute a kernel: a device that only looks
 * like one would make tests pass that ran nothing.
 */
export const simProvider: DeviceFactory = (id) => {
  if (!simulatedDevices.includes(id)) {
    throw new DgValidationError(
      `expected ${simulatedDevices.join(' or ')} for device id but received ${JSON.stringify(id)}`,
    );
  }
  throw new DgUnavailableError(
    'simulator-not-implemented',
    `expected a simulator that executes PTX for ${id} but received one that only reads it.`,
    "Use requestDevice('cpu'), or requestDevice('cuda') where there is an NVIDIA GPU.",
  );
};
