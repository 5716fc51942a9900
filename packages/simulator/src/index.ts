import { registerDeviceProvider } from '@dg/runtime';
import { type CreateSimulator, simulatorOn } from './device/create-simulator.js';
import { createSimProvider } from './device/sim-provider.js';
import { machineBackend } from './machine/machine-backend.js';

export type { CreateSimulator } from './device/create-simulator.js';
export type { SimDevice } from './device/sim-device.js';
export { DgSimulationError, type SimulationReport } from './device/simulation-error.js';
export type { SimulatorCheck, SimulatorOptions } from './device/simulator-options.js';
export type { PtxEntry, PtxFunction, PtxModule, PtxParameter } from './ptx/ptx-module.js';
export { readPtxModule } from './ptx/read-ptx-module.js';

/** Makes a device that executes SM90 kernels on the CPU and checks them. */
export const createSimulator: CreateSimulator = simulatorOn(machineBackend);

// Importing this package is what makes `sim:` ids known to `requestDevice`.
registerDeviceProvider('sim', createSimProvider(machineBackend));
