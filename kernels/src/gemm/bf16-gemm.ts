import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';
import { type GemmConfig, gemmConfigLiteral, gemmConfigName } from './gemm-config.js';

/**
 * BF16 GEMM, both operands K-major. Kernel parameters, in order: tensor maps a, b, d; c (null without C),
 * int64 cPitch, d, int64 dPitch (pitches in elements); uint32 m, n, k, rasterRows.
 * The map of d is not used when the configuration stores without TMA.
 */
export function bf16GemmKernel(config: GemmConfig): KernelSource {
  return {
    name: `bf16-gemm-${gemmConfigName(config)}`,
    entry: 'dg_bf16_gemm',
    includeRoots: [kernelIncludeRoot],
    strict: true,
    code: `#include "dg/gemm/bf16_gemm.cuh"

using namespace dg;

constexpr GemmConfig config = ${gemmConfigLiteral(config)};
using Output = output_element<config.output>;

extern "C" __global__ void __launch_bounds__(block_threads(config), 1)
    dg_bf16_gemm(const __grid_constant__ TensorMap a, const __grid_constant__ TensorMap b,
                 const __grid_constant__ TensorMap d_map, const Output* c, i64 c_pitch, Output* d, i64 d_pitch, u32 m,
                 u32 n, u32 k, u32 raster_rows) {
  bf16_gemm<config>({a, b, m, n, k}, {d_map, {d, d_pitch, m, n}, {c, c_pitch, m, n}}, raster_rows);
}
`,
  };
}
