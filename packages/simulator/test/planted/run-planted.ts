import { createSimulator, DgSimulationError, type SimulatorOptions } from '../../src/index.js';
import { kernelText } from './kernel-text.js';
import type { PlantedFault } from './planted-fault.js';

export interface Outcome {
  /** Undefined when nothing was reported. */
  readonly check: string | undefined;
  readonly message: string;
  readonly error: DgSimulationError | undefined;
  readonly output: Uint32Array;
}

const outputWords = 256;

/** Runs a body of PTX once. Errors other than a simulation's are thrown. */
export function runPlanted(
  body: string,
  { threads = 64, ctas = 1, cluster = 1 }: Pick<PlantedFault, 'threads' | 'ctas' | 'cluster'>,
  options: SimulatorOptions,
): Outcome {
  const device = createSimulator(options);
  try {
    const out = device.zeros([outputWords / 4, 4], 'int32');
    const kernel = device.kernelFromPtx(kernelText(body, threads), 'planted');
    const map = {
      buffer: out.buffer,
      byteOffset: 0,
      element: 'int32',
      dims: [4, outputWords / 4],
      stridesBytes: [16],
      box: [4, 64],
      swizzleBytes: 0,
      l2PromotionBytes: 0,
    } as const;
    let error: DgSimulationError | undefined;
    try {
      kernel.launch({
        grid: [ctas, 1, 1],
        block: [threads, 1, 1],
        cluster: [cluster, 1, 1],
        arguments: [
          { type: 'address', buffer: out.buffer, byteOffset: 0 },
          { type: 'tensorMap', map },
        ],
      });
    } catch (thrown) {
      if (!(thrown instanceof DgSimulationError)) throw thrown;
      error = thrown;
    }
    const output = new Uint32Array(out.readSync().buffer);
    return { check: error?.report.check, message: error?.message ?? '', error, output };
  } finally {
    device.destroy();
  }
}
