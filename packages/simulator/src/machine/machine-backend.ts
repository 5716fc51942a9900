import { DgValidationError } from '@dg/runtime';
import type { SimBackend, SimExecution, SimProgram } from '../device/sim-backend.js';
import { encodeSimTensorMap } from '../tensor/tensor-map-bytes.js';
import { type Translation, translateProgram } from '../translate/compile-program.js';
import { executeGrid } from './execute-grid.js';
import { reportFault } from './report-fault.js';

const architecture = 'sm_90a';

/** CTAs that run side by side; more than one multiprocessor would hold of some kernels, fewer than of others. */
const residentCtas = 8;

interface LoadedProgram extends SimProgram {
  readonly translation: Translation;
  /** The same, an instruction at a time. */
  readonly traced: Translation;
}

/** The machine that executes translated PTX. */
export const machineBackend: SimBackend = {
  loadProgram(ptxText, entry): LoadedProgram {
    const translation = translateProgram(ptxText, entry);
    const { target } = translation;
    if (target !== architecture) {
      throw new DgValidationError(
        `expected ${architecture} for the target of the PTX but received ${target}`,
      );
    }
    let traced: Translation | undefined;
    return {
      entry: translation.entry,
      staticSharedMemoryBytes: translation.staticSharedMemoryBytes,
      translation,
      get traced() {
        traced ??= translateProgram(ptxText, entry, { traced: true });
        return traced;
      },
    };
  },

  execute(execution: SimExecution<LoadedProgram>): void {
    const { options, cluster } = execution;
    const fault = executeGrid({
      translation: options.trace === undefined ? execution.program.translation : execution.program.traced,
      grid: execution.grid,
      block: execution.block,
      cluster,
      dynamicSharedMemoryBytes: execution.dynamicSharedMemoryBytes,
      parameters: execution.parameters,
      memory: execution.globalMemory,
      checks: options.checks,
      seed: options.seed,
      residentClusters: Math.max(1, Math.floor(residentCtas / (cluster[0] * cluster[1] * cluster[2]))),
      stepLimit: options.stepLimit,
      trace: options.trace,
    });
    if (fault !== undefined) throw reportFault(fault, execution.kernelName, options.seed);
  },

  encodeTensorMap(map, bytes): void {
    const { element, dims, stridesBytes, box, swizzleBytes } = map;
    const address = Number(map.buffer.pointer) + map.byteOffset;
    encodeSimTensorMap({ address, element, dims, stridesBytes, box, swizzleBytes }, bytes);
  },
};
