import {
  bf16GemmKernel,
  fp8Gemm1d2dKernel,
  type GemmConfig,
  gemmBlockThreads,
  gemmClusterSize,
} from '@dg/kernels';
import type { KernelDevice, Stream } from '@dg/runtime';
import { rasterRows } from '../../../../packages/api/src/config/raster-rows.js';
import {
  bf16GemmArguments,
  fp8Gemm1d2dArguments,
} from '../../../../packages/api/src/launch/kernel-arguments.js';
import type { GemmProblem } from '../../../../packages/api/src/problem/gemm-problem.js';
import type { GemmSet } from '../inputs/gemm-set.js';

/** So few that each of them works on several tiles, one after the other. */
const clusters = 2;

/** Enqueues a product by a given configuration, whatever the library would choose. C is D, or nothing. */
export function launchWithConfig(
  device: KernelDevice,
  stream: Stream,
  { operands, d }: GemmSet,
  config: GemmConfig,
  accumulate: boolean,
): void {
  const isFp8 = operands.operation === 'fp8_nt_1d2d';
  const a = isFp8 ? operands.a.data : operands.a;
  const b = isFp8 ? operands.b.data : operands.b;
  const scales = isFp8
    ? { scalesA: operands.a.scales, scalesB: operands.b.scales }
    : { scalesA: undefined, scalesB: undefined };
  const problem: GemmProblem = {
    kind: 'dense',
    operandType: isFp8 ? 'float8_e4m3fn' : 'bfloat16',
    m: a.shape[0]!,
    n: b.shape[0]!,
    k: a.shape[1]!,
    majorA: 'k',
    majorB: 'k',
    outputType: config.output,
    accumulate,
    tmaStorable: config.store === 'tma',
  };
  const clusterSize = gemmClusterSize(config);
  const source = isFp8 ? fp8Gemm1d2dKernel(config) : bf16GemmKernel(config);
  const argumentsOf = isFp8 ? fp8Gemm1d2dArguments : bf16GemmArguments;
  device.kernel(source).launch({
    grid: [clusters * clusterSize, 1, 1],
    block: [gemmBlockThreads(config), 1, 1],
    cluster: [clusterSize, 1, 1],
    dynamicSharedMemoryBytes: config.sharedMemoryBytes,
    stream,
    arguments: argumentsOf(
      problem,
      { a, b, d, c: accumulate ? d : undefined, ...scales },
      config,
      rasterRows(problem, config, clusters * clusterSize),
    ),
  });
}
