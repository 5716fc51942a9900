import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';
import { type GemmConfig, gemmConfigLiteral, gemmConfigName } from './gemm-config.js';

/**
 * FP8 GEMM with scales per row and 128 of K for A, per 128 rows and 128 of K for B. Kernel parameters, in order:
 * tensor maps a, b, rowScales, d; columnScales, int64 columnScalesStrideN, int64 columnScalesStrideK;
 * c (null without C), int64 cPitch, d, int64 dPitch (pitches in elements); uint32 m, n, k, rasterRows.
 * The map of d is not used when the configuration stores without TMA.
 */
export function fp8Gemm1d2dKernel(config: GemmConfig): KernelSource {
  return {
    name: `fp8-gemm-1d2d-${gemmConfigName(config)}`,
    entry: 'dg_fp8_gemm_1d2d',
    includeRoots: [kernelIncludeRoot],
    strict: true,
    code: `#include "dg/gemm/fp8_gemm_1d2d.cuh"

using namespace dg;

constexpr GemmConfig config = ${gemmConfigLiteral(config)};
using Output = output_element<config.output>;

extern "C" __global__ void __launch_bounds__(block_threads(config), 1)
    dg_fp8_gemm_1d2d(const __grid_constant__ TensorMap a, const __grid_constant__ TensorMap b,
                     const __grid_constant__ TensorMap row_scales, const __grid_constant__ TensorMap d_map,
                     const float* column_scales, i64 column_scales_stride_n, i64 column_scales_stride_k,
                     const Output* c, i64 c_pitch, Output* d, i64 d_pitch, u32 m, u32 n, u32 k, u32 raster_rows) {
  fp8_gemm_1d2d<config>({a, b, row_scales, column_scales, column_scales_stride_n, column_scales_stride_k, m, n, k},
                        {d_map, {d, d_pitch, m, n}, {c, c_pitch, m, n}}, raster_rows);
}
`,
  };
}
