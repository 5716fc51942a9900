import { registerDeviceProvider } from '@dg/runtime';
import { simProvider } from './device/sim-provider.js';

export type { PtxEntry, PtxFunction, PtxModule, PtxParameter } from './ptx/ptx-module.js';
export { readPtxModule } from './ptx/read-ptx-module.js';

// Importing this package is what makes `sim:` ids known to `requestDevice`.
registerDeviceProvider('sim', simProvider);
