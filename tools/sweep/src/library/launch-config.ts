import { type GemmConfig, kGroupMapsKernel } from '@dg/kernels';
import { type Kernel, type KernelDevice, Scratch, type Stream } from '@dg/runtime';
import type { SelectionDevice } from '../../../../packages/api/src/config/selection-device.js';
import { gemmKernelSource } from '../../../../packages/api/src/launch/gemm-plan.js';
import { groupMapsLaunch, groupMapsTensor } from '../../../../packages/api/src/launch/group-maps.js';
import { bf16GemmArguments, fp8GemmArguments } from '../../../../packages/api/src/launch/kernel-arguments.js';
import { launchGeometry } from '../../../../packages/api/src/launch/launch-geometry.js';
import type { PreparedOperands } from '../../../../packages/api/src/launch/prepare-operands.js';
import type { SettledOperands } from '../../../../packages/api/src/launch/settled-operands.js';
import type { GemmOperands } from '../../../../packages/api/src/problem/gemm-operands.js';
import type { GemmProblem } from '../../../../packages/api/src/problem/gemm-problem.js';

// The one file of this tool that knows how a configuration is launched. It follows gemm-plan.ts and launch-gemm.ts of
// the library, which launch only what they chose themselves.

export const kernelSourceOf = gemmKernelSource;

export interface LaunchOptions {
  readonly stream: Stream;
  readonly device: SelectionDevice;
  readonly dependentLaunch: boolean;
  readonly settled: SettledOperands;
}

/** A prepared product by a given configuration: what is returned enqueues it. */
export function configLaunch(
  kernel: Kernel,
  { problem, operands }: Pick<PreparedOperands, 'problem' | 'operands'>,
  config: GemmConfig,
  { stream, device, dependentLaunch, settled }: LaunchOptions,
): () => void {
  const { rasterRows, ...geometry } = launchGeometry(problem, config, device);
  const argumentsOf = problem.operandType === 'float8_e4m3fn' ? fp8GemmArguments : bf16GemmArguments;
  const given = config.groupMaps ? withGroupMaps(problem, operands, config, stream) : operands;
  const launch = {
    ...geometry,
    dynamicSharedMemoryBytes: config.sharedMemoryBytes,
    dependentLaunch,
    stream,
    arguments: argumentsOf(problem, given, config, { rasterRows, settled }),
  } as const;
  return () => kernel.launch(launch);
}

/** Their maps are made once, as sets of inputs are: the time of a configuration is without the kernel that makes them. */
function withGroupMaps(
  problem: GemmProblem,
  operands: GemmOperands,
  config: GemmConfig,
  stream: Stream,
): GemmOperands {
  const device = stream.device as KernelDevice;
  const groupMaps = groupMapsTensor(problem, new Scratch(device));
  device
    .kernel(kGroupMapsKernel)
    .launch({ ...groupMapsLaunch(problem, operands, config, groupMaps), stream });
  return { ...operands, groupMaps };
}
