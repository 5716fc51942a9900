import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';
import { type GemmConfig, gemmConfigLiteral, gemmConfigName } from './gemm-config.js';
import { epilogue, groupParameters, includeGemm, tileSpace } from './gemm-source.js';

/**
 * BF16 GEMM. Kernel parameters, in order: tensor maps a, b, d; c (null without C), int64 cPitch, d, int64 dPitch (pitches
 * in elements); uint32 m, n, k, rasterRows, boxRowsOfA, stageBytes (what the boxes of one stage hold beside those of K-major
 * A), settled (what no grid that may still run writes: 0 nothing, 1 B and grouping, 2 also A). The map of d is not used when
 * the configuration stores without TMA.
 *
 * Where `config.grouping` is not dense, after these: int64 dStrideGroup, cStrideGroup (elements), int32* grouping,
 * uint32 groups, alignment. Only k-grouped has C. Maps have the groups as their third dimension: of b when contiguous or
 * masked; of a when masked; of d when masked or k.
 */
export function bf16GemmKernel(config: GemmConfig): KernelSource {
  return {
    name: `bf16-gemm-${gemmConfigName(config)}`,
    entry: 'dg_bf16_gemm',
    includeRoots: [kernelIncludeRoot],
    strict: true,
    code: `${includeGemm('bf16_gemm.cuh', config, false)}

using namespace dg;

constexpr GemmConfig config = ${gemmConfigLiteral(config)};
using Output = output_element<config.output>;

extern "C" __global__ void __launch_bounds__(block_threads(config), config.blocks_per_sm)
    dg_bf16_gemm(const __grid_constant__ TensorMap a, const __grid_constant__ TensorMap b,
                 const __grid_constant__ TensorMap d_map, const Output* c, i64 c_pitch, Output* d, i64 d_pitch, u32 m,
                 u32 n, u32 k, u32 raster_rows, u32 box_rows_of_a, u32 stage_bytes, Settled settled${groupParameters(config)}) {
  bf16_gemm<config>({a, b, ${tileSpace(config)}, box_rows_of_a, stage_bytes, settled}, ${epilogue(config)});
}
`,
  };
}
