import { DgUnavailableError, DgValidationError } from '@dg/runtime';
import type { SimBackend, SimExecution } from '../device/sim-backend.js';
import { simulatorChecks } from '../device/simulator-options.js';
import { readPtxModule } from '../ptx/read-ptx-module.js';
import { encodeSimTensorMap } from '../tensor/tensor-map-bytes.js';
import { type Translation, translateProgram } from '../translate/compile-program.js';
import { executeGrid } from './execute-grid.js';
import { reportFault } from './report-fault.js';

const architecture = 'sm_90a';

/** CTAs that run side by side; more than one multiprocessor would hold of some kernels, fewer than of others. */
const residentCtas = 8;

/** The machine that executes translated PTX. */
export const machineBackend: SimBackend = {
  loadProgram(ptxText, entry): Translation {
    const { target } = readPtxModule(ptxText);
    if (target !== architecture) {
      throw new DgValidationError(
        `expected ${architecture} for the target of the PTX but received ${target}`,
      );
    }
    return translateProgram(ptxText, entry);
  },

  execute(execution: SimExecution<Translation>): void {
    const { options, cluster } = execution;
    refuseWhatIsNotImplemented(execution);
    const fault = executeGrid({
      translation: execution.program,
      grid: execution.grid,
      block: execution.block,
      cluster,
      dynamicSharedMemoryBytes: execution.dynamicSharedMemoryBytes,
      parameters: execution.parameters,
      memory: execution.globalMemory,
      seed: options.seed,
      residentClusters: Math.max(1, Math.floor(residentCtas / (cluster[0] * cluster[1] * cluster[2]))),
      stepLimit: options.stepLimit,
    });
    if (fault !== undefined) throw reportFault(fault, execution.kernelName, options.seed);
  },

  encodeTensorMap(map, bytes): void {
    const { element, dims, stridesBytes, box, swizzleBytes } = map;
    const address = Number(map.buffer.pointer) + map.byteOffset;
    encodeSimTensorMap({ address, element, dims, stridesBytes, box, swizzleBytes }, bytes);
  },
};

function refuseWhatIsNotImplemented({ options }: SimExecution): void {
  const missing =
    options.trace !== undefined
      ? 'a trace of a warp'
      : options.checks.size !== simulatorChecks.length
        ? 'a choice of checks'
        : undefined;
  if (missing === undefined) return;
  throw new DgUnavailableError(
    'simulator-not-implemented',
    `expected ${missing} to be implemented.`,
    'Leave the option out.',
  );
}
