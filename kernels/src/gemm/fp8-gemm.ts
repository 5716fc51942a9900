import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';
import { type GemmConfig, gemmConfigLiteral, gemmConfigName } from './gemm-config.js';
import { epilogue, groupParameters, includeGemm, isGrouped, tileSpace } from './gemm-source.js';

/**
 * FP8 GEMM, both operands K-major, with scales per row and 128 of K for A. Kernel parameters, in order: tensor maps a, b (with
 * `config.groupMaps` in their place the address of what kGroupMapsKernel writes), rowScales; the scales of B; tensor map d;
 * c (null without C), int64 cPitch, d, int64 dPitch (pitches in elements); uint32 m, n, k, rasterRows, boxRowsOfA, stageBytes
 * (what the boxes of one stage hold beside those of K-major A), settled (what no grid that may still run writes: 0 nothing, 1
 * B, its scales and grouping, 2 also A and its scales; makes no difference with `config.groupMaps`). The map of d is not used
 * when the configuration stores without TMA.
 *
 * The scales of B per block: after the map of d, blockScales, int64 blockScalesStrideN, int64 blockScalesStrideK. Per
 * column: before it, tensor map columnScales.
 *
 * Where `config.grouping` is not dense, after these: int64 dStrideGroup, cStrideGroup (elements), int32* grouping,
 * uint32 groups, alignment; and int64 blockScalesStrideGroup where scales are per block. Only k-grouped has C. Maps have
 * the groups as their third dimension: of b and columnScales when contiguous or masked; of a and rowScales when masked; of
 * d when masked or k.
 */
export function fp8GemmKernel(config: GemmConfig): KernelSource {
  const perColumn = config.columnScaling === 'per_column';
  const blockScales = perColumn
    ? ''
    : '\n                const float* block_scales, i64 block_scales_stride_n, i64 block_scales_stride_k,';
  const blockScalesStrideGroup = isGrouped(config) && !perColumn ? ', i64 block_scales_stride_group' : '';
  return {
    name: `fp8-gemm-${gemmConfigName(config)}`,
    entry: 'dg_fp8_gemm',
    includeRoots: [kernelIncludeRoot],
    strict: true,
    code: `${includeGemm('fp8_gemm.cuh', config, true)}

using namespace dg;

constexpr GemmConfig config = ${gemmConfigLiteral(config)};
using Output = output_element<config.output>;

extern "C" __global__ void __launch_bounds__(block_threads(config), config.blocks_per_sm)
    dg_fp8_gemm(${config.groupMaps ? 'const TensorMap* group_maps,' : 'const __grid_constant__ TensorMap a, const __grid_constant__ TensorMap b,'}
                const __grid_constant__ TensorMap row_scales,${perColumn ? ' const __grid_constant__ TensorMap column_scales,' : ''}
                const __grid_constant__ TensorMap d_map,${blockScales}
                const Output* c, i64 c_pitch, Output* d, i64 d_pitch, u32 m, u32 n, u32 k, u32 raster_rows, u32 box_rows_of_a, u32 stage_bytes, Settled settled${groupParameters(config)}${blockScalesStrideGroup}) {
  fp8_gemm<config>({${operands(config)}, row_scales, ${scalesOfB(config)}, ${config.groupMaps ? 'group_maps' : 'nullptr'}, ${tileSpace(config)}, box_rows_of_a, stage_bytes, settled}, ${epilogue(config)});
}
`,
  };
}

/** Maps that the kernel does not use stand for those that it does not have. */
function operands({ groupMaps }: GemmConfig): string {
  return groupMaps ? 'row_scales, row_scales' : 'a, b';
}

/** The fields of the operands that only one of the two kinds of scales uses. */
function scalesOfB(config: GemmConfig): string {
  if (config.columnScaling === 'per_column') return 'column_scales, nullptr, 0, 0, 0';
  const strideGroup = isGrouped(config) ? 'block_scales_stride_group' : '0';
  return `row_scales, block_scales, ${strideGroup}, block_scales_stride_n, block_scales_stride_k`;
}
