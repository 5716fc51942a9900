import type { Device } from '@dg/runtime';
import { expectSameBits } from '@dg/testing';
import { checkOutput } from './check-output.js';
import { type DeviceGemm, uploadGemm } from './device-gemm.js';
import { describeCase, type GemmCase } from './gemm-case.js';
import type { GemmData } from './gemm-data.js';

export interface CheckOptions {
  /** Rows of D to hold against the oracle; all of them when left out. */
  readonly rows?: readonly number[];
  /** How to run the case; by the library's entry point when left out. */
  readonly run?: (onDevice: DeviceGemm) => void;
}

/**
 * Runs a case twice on poisoned output. Checks that both runs give the same bits, that no byte around D
 * changed, and that D is right, as `checkOutput` does.
 *
 * @returns the smallest ε that would have been enough.
 */
export async function checkGemm(
  device: Device,
  gemm: GemmCase,
  data: GemmData,
  options: CheckOptions = {},
): Promise<number> {
  const onDevice = uploadGemm(device, gemm, data);
  const { run = (uploaded) => uploaded.run() } = options;
  try {
    onDevice.reset();
    run(onDevice);
    const first = await onDevice.read();
    onDevice.reset();
    run(onDevice);
    const second = await onDevice.read();
    await onDevice.output.expectGuardsIntact();
    expectSameBits(second, first, { name: `second run of ${describeCase(gemm)}`, shape: [gemm.m, gemm.n] });
    return checkOutput(gemm, data, first, options.rows);
  } finally {
    onDevice.destroy();
  }
}
