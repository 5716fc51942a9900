#pragma once
#include "dg/gemm/gemm_roles.cuh"
#include "dg/mma/promotion.cuh"
#include "dg/ptx/tensor_map.cuh"

// D = C + A * B^T in FP8 with one scale for each row of A and 128 of K ("1D"), and for each 128 of K one for each 128
// rows of B ("2D") or each row ("1D"). A [M, K] and B [N, K] are K-major. One thread keeps the pipeline of operand tiles
// full; the math warpgroups multiply, promote and store.
namespace dg {

struct Fp8GemmOperands {
  const TensorMap& a;
  const TensorMap& b;
  const TensorMap& row_scales;     // float32 [(G,) M, k_blocks], M contiguous
  const TensorMap& column_scales;  // per column: float32 [(G,) N, k_blocks], N contiguous
  const float* block_scales;       // per block: float32 [(G,) ceil(N / 128), k_blocks]
  i64 block_scales_stride_group;
  i64 block_scales_stride_n;
  i64 block_scales_stride_k;
  const TensorMap* group_maps;  // of A and B of each group in turn, where groups have their own; a and b are not used then
  TileSpace space;
  u32 box_rows_of_a;
  u32 stage_bytes;  // that arrive for each stage beside the boxes of K-major A: those of B and of scales
  Settled settled;  // not asked with group_maps
};

template <GemmConfig C>
struct Fp8Gemm {
  static constexpr u32 block_k = stage_k<OperandType::float8_e4m3>;
  // A partial sum has as many registers as the accumulators of its columns; these widths are what fits.
  using Part = WarpgroupTile<C, C.partial_sums == 1 ? 192 : 128>;
  using Layout = GemmSharedLayout<C, true, Part>;
  using Barriers = typename Layout::Barriers;
  using Queue = typename Layout::Queue;
  using Position = typename Barriers::Position;
  using Tiles = GemmTiles<C, block_k>;
  using Accumulators = typename Part::Accumulators;
  // Whether fragments below the end of a group are left out. With one partial sum nothing is in flight between fragments, so
  // that a branch around one costs the tensor cores nothing. Other products have few tiles that A does not fill.
  static constexpr bool leaves_out_fragments =
      C.grouping == Grouping::masked && C.partial_sums == 1 && Part::fragments_m > 1;
  // Rows of A that are multiplied if there is one of them.
  static constexpr u32 whole_rows = leaves_out_fragments ? fragment_rows : Part::rows;
  // Whether L2 is asked for A ahead: where its boxes are not shared, and not in groups, which gain nothing that was seen.
  static constexpr bool prefetches_a = C.grouping == Grouping::dense && boxes_of_a_end_with_rows<C>;
  static_assert(C.grouping != Grouping::masked || whole_rows == fragment_rows, "boxes of masked groups have one fragment");
  static_assert(block_k == scale_block, "a stage is what is summed before promotion");
  static_assert(C.major_a == Major::k && C.major_b == Major::k, "WGMMA takes FP8 only K-major");
  static_assert(!C.group_maps || (C.grouping == Grouping::k && C.split_k == 1),
                "only K groups can have matrices of their own, and their K is not split");

  const Fp8GemmOperands& operands;
  const Epilogue<C.output>& epilogue;
  ClusterPlace place;
  Barriers barriers;
  Queue queue;
  u32 shared;  // base address

  __device__ __forceinline__ static u32 k_blocks(const Tile& tile) { return ceil_div(tile.k_size, block_k); }
  __device__ __forceinline__ u32 stage_bytes(const Tile& tile) const {
    return operands.stage_bytes + bytes_of_a<C>(tile, operands.box_rows_of_a);
  }
  __device__ __forceinline__ u32 a_tile(u32 stage) const { return shared + Layout::a_tiles + stage * Layout::a_tile_bytes; }
  __device__ __forceinline__ u32 b_tile(u32 stage) const { return shared + Layout::b_tiles + stage * Layout::b_tile_bytes; }
  __device__ __forceinline__ u32 row_scales(u32 stage) const {
    return shared + Layout::row_scales + stage * Layout::row_scale_bytes;
  }
  __device__ __forceinline__ u32 column_scales(u32 stage) const {
    return shared + Layout::column_scales + stage * Layout::column_scale_pitch;
  }

  __device__ __forceinline__ const TensorMap& map_of_a(const Tile& tile) const {
    if constexpr (C.group_maps) return operands.group_maps[2 * tile.group];
    return operands.a;
  }
  __device__ __forceinline__ const TensorMap& map_of_b(const Tile& tile) const {
    if constexpr (C.group_maps) return operands.group_maps[2 * tile.group + 1];
    return operands.b;
  }
  // Where a K-block of a tile lies in A and B.
  __device__ __forceinline__ static u32 operand_k(const Tile& tile, u32 k_block) {
    return (C.group_maps ? 0 : tile.k_begin) + k_block * block_k;
  }

  // Of a tile's group, before its first loads.
  __device__ __forceinline__ void acquire_group_maps(const Tile& tile) const {
    acquire_tensor_map(map_of_a(tile));
    acquire_tensor_map(map_of_b(tile));
  }

  __device__ __forceinline__ void load_a(u32 stage, const Tile& tile, u32 k_block) const {
    constexpr bool grouped = a_per_group(C.grouping);
    const u32 full = barriers.full(stage);
    const u32 k = tile.k_begin + k_block * block_k;
    load_rows_of_a<C>(map_of_a(tile), operands.box_rows_of_a, a_tile(stage), full, operand_k(tile, k_block), tile, place.rank);
    load_box<grouped>(operands.row_scales, row_scales(stage), full, tile.row, k / scale_block, tile.group);
  }

  // Where one box has all of its rows.
  __device__ __forceinline__ void prefetch_a(const Tile& tile, u32 k_block) const {
    prefetch_tensor(operands.a, operand_k(tile, k_block), tile.row);
  }

  __device__ __forceinline__ void load_b(u32 stage, const Tile& tile, u32 k_block) const {
    constexpr bool grouped = b_per_group(C.grouping);
    const u32 full = barriers.full(stage);
    const u32 k = tile.k_begin + k_block * block_k;
    load_operand<Major::k, C.block_n, C.cluster_m, grouped>(map_of_b(tile), b_tile(stage), full, operand_k(tile, k_block),
                                                            tile.column, tile.group, place.rank);
    if constexpr (C.column_scaling == ColumnScaling::per_column) {
      load_box<grouped>(operands.column_scales, column_scales(stage), full, tile.column, k / scale_block, tile.group);
    }
  }

  // B's scales: one for each block of 128 of its rows come from global memory, as the tile needs them; one for each row
  // come with B's stages.
  using ScalesOfB = BlockScales<Part::columns>;
  static constexpr bool per_block = C.column_scaling == ColumnScaling::per_block;

  static constexpr u32 fragments = Part::fragments_m * Part::fragments_n;

  // What scales the sum of one fragment over one K-block.
  struct Scales {
    RowScales rows;
    BlockScalePair blocks;  // per block
    u32 columns;            // per row of B: shared address of the scale of the thread's first column
  };

  // Where a thread finds what it reads of the first stage: the descriptors of its warpgroup's rows of A and B, and the
  // scales of its first row and column. Made once for each tile, so that a stage costs no more than a multiply-add each.
  struct Sources {
    u64 a, b;
    u32 row_scale, column_scale;
  };

  __device__ __forceinline__ Sources sources_of(const Part& part) const {
    const FragmentPosition at = fragment_position();
    return {operand_descriptor<Major::k>(a_tile(0) + part.first_row * operand_row_bytes),
            operand_descriptor<Major::k>(b_tile(0) + part.first_column * operand_row_bytes),
            row_scales(0) + (part.first_row + at.row()) * static_cast<u32>(sizeof(float)),
            column_scales(0) + (part.first_column + at.column()) * static_cast<u32>(sizeof(float))};
  }

  // What is fetched for a tile before its turn.
  struct TileAhead {
    ScalesOfB block_scales;

    __device__ __forceinline__ void start(const Fp8Gemm& gemm, const Tile& tile, const Part& part) {
      if constexpr (per_block) {
        const Fp8GemmOperands& operands = gemm.operands;
        block_scales.start_tile(
            operands.block_scales + (b_per_group(C.grouping) ? tile.group * operands.block_scales_stride_group : 0) +
                tile.k_begin / scale_block * operands.block_scales_stride_k,
            operands.block_scales_stride_n, operands.block_scales_stride_k, operands.space.n, k_blocks(tile),
            tile.column + part.first_column, threadIdx.x % warp_threads);
      }
    }
  };

  // One tile's products of A and B.
  __device__ __forceinline__ void multiply(Accumulators& accumulators, const Tile& tile, const Part& part,
                                           Position& position, TileAhead& ahead) const {
    const u32 blocks = k_blocks(tile);
    const Sources sources = sources_of(part);
    const u32 present = leaves_out_fragments ? part.fragments_above_end(tile) * Part::fragments_n : fragments;
    for (u32 k_block = 0; k_block < blocks;) {
      u32 end = blocks;
      if constexpr (per_block) {
        ahead.block_scales.start_chunk(k_block / warp_threads, threadIdx.x % warp_threads);
        end = min(blocks, k_block + warp_threads);
      }
      multiply_runs<C.k_unroll>(accumulators, ahead.block_scales, end, sources, present, k_block, position);
    }
  }

  // K-blocks from `k_block` to `end` in runs of `Run`, the rest singly: each length of run is code of its own.
  template <u32 Run>
  __device__ __forceinline__ void multiply_runs(Accumulators& accumulators, const ScalesOfB& block_scales, u32 end,
                                                const Sources& sources, u32 present, u32& k_block,
                                                Position& position) const {
    for (; k_block + Run <= end; k_block += Run) {
      multiply_run<Run>(accumulators, block_scales, k_block, sources, present, position);
    }
    if constexpr (Run > 1) multiply_runs<1>(accumulators, block_scales, end, sources, present, k_block, position);
  }

  // The tensor cores work on `partial_sums` fragments at a time: while one is promoted, the next is being summed. All
  // are complete at the end of a run, because ptxas serialises WGMMA that is in flight across a loop's back edge. The first
  // `present` fragments have rows of the matrix.
  template <u32 Run>
  __device__ __forceinline__ void multiply_run(Accumulators& accumulators, const ScalesOfB& block_scales, u32 k_block,
                                               const Sources& sources, u32 present, Position& position) const {
    constexpr u32 steps = Run * fragments;
    constexpr u32 ahead = C.partial_sums - 1;
    float partial[C.partial_sums][Part::registers_per_fragment];
    Scales scales[C.partial_sums];
    u32 stages[C.partial_sums];
#pragma unroll
    for (u32 step = 0; step < steps + ahead; ++step) {
      if (step < steps) {
        const u32 slot = step % C.partial_sums;
        const u32 fragment = step % fragments;
        const u32 m = fragment / Part::fragments_n;
        const u32 n = fragment % Part::fragments_n;
        if (fragment == 0) barriers.wait_full(position);
        stages[slot] = position.stage;
        const bool is_absent = leaves_out_fragments && fragment >= present;
        if (!is_absent) {
          start_fragment(partial[slot], position.stage, sources, m, n);
          // Their latency, which is that of global memory at the start of a tile, passes while the tensor cores work.
          scales[slot] = load_scales(block_scales, k_block + step / fragments, position.stage, sources, m, n);
        }
        if (fragment == fragments - 1) position.advance();
        if (is_absent) continue;
      }
      if (step + 1 < C.partial_sums) continue;
      const u32 done = step - ahead;
      const u32 slot = done % C.partial_sums;
      if (step < steps) {
        wgmma_wait<ahead>();
      } else {
        wgmma_wait<0>();
      }
      finish_fragment(accumulators, partial[slot], scales[slot], block_scales, stages[slot], done % fragments, present);
    }
  }

  __device__ __forceinline__ Scales load_scales(const ScalesOfB& block_scales, u32 k_block, u32 stage,
                                                const Sources& sources, u32 m, u32 n) const {
    const u32 row = sources.row_scale + stage * Layout::row_scale_bytes + m * fragment_rows * sizeof(float);
    const RowScales rows = {load_shared_f32(row), load_shared_f32(row + 8 * sizeof(float))};
    if constexpr (per_block) {
      return {rows, block_scales.of(k_block), 0};
    } else {
      const u32 column = sources.column_scale + stage * Layout::column_scale_pitch + n * Part::mma_n * sizeof(float);
      return {rows, {}, column};
    }
  }

  // Hands the sum of one fragment over one stage to the tensor cores.
  __device__ __forceinline__ void start_fragment(float (&partial)[Part::registers_per_fragment], u32 stage,
                                                 const Sources& sources, u32 m, u32 n) const {
    pin_registers(partial);
    wgmma_fence();
    constexpr u32 units_per_row = operand_row_bytes / descriptor_unit;
    const u64 a = advance(sources.a, (stage * C.block_m + m * fragment_rows) * units_per_row);
    const u64 b = advance(sources.b, (stage * C.block_n + n * Part::mma_n) * units_per_row);
    issue_stage_mma<OperandType::float8_e4m3, Part::mma_n>(partial, a, b, false);
    wgmma_commit();
  }

  // Adds a complete sum to the accumulators, and releases the stage with the last sum over it.
  __device__ __forceinline__ void finish_fragment(Accumulators& accumulators,
                                                  float (&partial)[Part::registers_per_fragment], const Scales& scales,
                                                  const ScalesOfB& block_scales, u32 stage, u32 fragment,
                                                  u32 present) const {
    const u32 lane = threadIdx.x % warp_threads;
    const u32 m = fragment / Part::fragments_n;
    const u32 n = fragment % Part::fragments_n;
    const bool last = fragment + 1 == (leaves_out_fragments ? present : fragments);
    pin_registers(partial);
    if constexpr (per_block) {
      if (last) barriers.release(stage, lane);
      promote<Part::mma_n>(accumulators[m][n], partial, block_scales, scales.blocks, n * Part::mma_n, scales.rows);
    } else {
      promote<Part::mma_n>(accumulators[m][n], partial, scales.columns, scales.rows);
      // The scales of B's rows are read in the middle of the promotion.
      if (last) barriers.release(stage, lane);
    }
  }
};

template <GemmConfig C>
__device__ __forceinline__ void fp8_gemm(const Fp8GemmOperands& operands, const Epilogue<C.output>& epilogue) {
  if (threadIdx.x == 0) {
    if constexpr (!C.group_maps) {
      prefetch_tensor_map(operands.a);
      prefetch_tensor_map(operands.b);
    }
    prefetch_tensor_map(operands.row_scales);
    if constexpr (C.column_scaling == ColumnScaling::per_column) prefetch_tensor_map(operands.column_scales);
  }
  run_gemm<C, Fp8Gemm<C>>(operands, epilogue);
}

}  // namespace dg
