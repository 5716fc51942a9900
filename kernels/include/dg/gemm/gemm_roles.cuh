#pragma once
#include "dg/gemm/gemm_config.cuh"
#include "dg/pipeline/operand_load.cuh"
#include "dg/ptx/griddepcontrol.cuh"
#include "dg/schedule/grouped_tiles.cuh"

// What the GEMM kernels have in common: how a block starts, what its two roles do, and how it ends. `Gemm` knows how a
// stage is loaded and how a tile is multiplied.
namespace dg {

template <GemmConfig C, u32 StageK>
using GemmTiles = typename TilesFor<C.grouping, C.block_m, C.block_n, C.cluster_m, C.cluster_n, C.split_k, StageK>::type;

// Barriers become usable in the whole cluster. Nothing is read yet that the grids before may still write; the next
// grid may start, and does the same.
template <GemmConfig C, typename Layout>
__device__ __forceinline__ ClusterPlace start_block(u32 shared) {
  if (threadIdx.x < warp_threads) {
    typename Layout::Queue{shared + Layout::tile_queue}.init(threadIdx.x, C.math_warpgroups * 4);
    typename Layout::Barriers{shared + Layout::barriers}.init(threadIdx.x, C.math_warpgroups * 4);
    if constexpr (C.split_k > 1) typename Layout::Reduction{shared + Layout::reduction, 0}.init(threadIdx.x);
  }
  if (threadIdx.x == 0) let_next_grid_start();
  if constexpr (cluster_size(C) > 1) {
    cluster_sync();
  } else {
    __syncthreads();
  }
  if constexpr (cluster_size(C) == 1) return {0, blockIdx.x, gridDim.x};
  return {cluster_cta_rank(), blockIdx.x / cluster_size(C), gridDim.x / cluster_size(C)};
}

// Whether the rows of A are loaded in boxes of this CTA's own, of which a tile has only those that start inside the matrix.
template <GemmConfig C>
inline constexpr bool boxes_of_a_end_with_rows = C.major_a == Major::k && C.cluster_n == 1;

// Bytes of A that arrive for each stage of a tile.
template <GemmConfig C>
__device__ __forceinline__ u32 bytes_of_a(const Tile& tile, u32 box_rows) {
  if constexpr (!boxes_of_a_end_with_rows<C>) return C.major_a == Major::k ? C.block_m * operand_row_bytes : 0;
  u32 rows = box_rows;
  while (rows < C.block_m && tile.row + rows < tile.rows_end) rows += box_rows;
  return rows * operand_row_bytes;
}

template <GemmConfig C>
__device__ __forceinline__ void load_rows_of_a(const TensorMap& map, u32 box_rows, u32 destination, u32 full, u32 k,
                                               const Tile& tile, u32 cta_rank) {
  constexpr bool grouped = a_per_group(C.grouping);
  if constexpr (boxes_of_a_end_with_rows<C>) {
    load_box<grouped>(map, destination, full, k, tile.row, tile.group);
    for (u32 row = box_rows; row < C.block_m && tile.row + row < tile.rows_end; row += box_rows) {
      load_box<grouped>(map, destination + row * operand_row_bytes, full, k, tile.row + row, tile.group);
    }
  } else {
    load_operand<C.major_a, C.block_m, C.cluster_n, grouped>(map, destination, full, k, tile.row, tile.group, cta_rank);
  }
}

// The box of an A with few rows does not fill its tile. Tensor cores read it whole, and what they make of the rest is
// not stored; it is zero only so that nothing is read that nothing wrote.
template <GemmConfig C, typename Layout>
__device__ __forceinline__ void clear_rows_beyond_boxes(u32 shared, u32 box_rows, u32 m) {
  constexpr u32 chunk_bytes = 16;
  if (!boxes_of_a_end_with_rows<C> || m > C.block_m || box_rows == C.block_m) return;
  const u32 first = box_rows;
  const u32 rows = C.block_m - first;
#pragma unroll
  for (u32 stage = 0; stage < C.stages; ++stage) {
    const u32 tile = shared + Layout::a_tiles + stage * Layout::a_tile_bytes + first * operand_row_bytes;
    for (u32 at = threadIdx.x * chunk_bytes; at < rows * operand_row_bytes; at += block_threads(C) * chunk_bytes) {
      store_shared_f32x4(tile + at, {0, 0, 0, 0});
    }
    const u32 scales = shared + Layout::row_scales + stage * Layout::row_scale_bytes + first * sizeof(float);
    for (u32 row = threadIdx.x; Layout::row_scale_bytes > 0 && row < rows; row += block_threads(C)) {
      store_shared_f32(scales + row * sizeof(float), 0);
    }
  }
  fence_async_proxy_shared();
}

// No CTA leaves while a peer may still write to its shared memory or arrive on its barriers.
template <GemmConfig C>
__device__ __forceinline__ void end_block() {
  if constexpr (C.cluster_m * C.cluster_n > 1) {
    cluster_sync();
  }
}

// Whether the tiles depend on what the grids before may still write.
template <GemmConfig C>
inline constexpr bool tiles_are_data = C.grouping != Grouping::dense;

// Fills `count` stages with B of a tile.
template <typename Gemm>
__device__ __forceinline__ void load_first_stages_of_b(const Gemm& gemm, const Tile& tile, u32 count) {
  const u32 bytes = gemm.stage_bytes(tile);
  for (u32 stage = 0; stage < count; ++stage) {
    mbarrier_arrive_expect_bytes(gemm.barriers.full(stage), bytes);
    gemm.load_b(stage, tile, stage);
  }
}

// Loads every stage of a tile as it becomes empty; the first `with_b` have B already.
template <typename Gemm>
__device__ __forceinline__ void load_tile(const Gemm& gemm, const Tile& tile, typename Gemm::Position& position,
                                          u32 with_b) {
  const u32 k_blocks = Gemm::k_blocks(tile);
  const u32 bytes = gemm.stage_bytes(tile);
  for (u32 k_block = 0; k_block < with_b; ++k_block, position.advance()) gemm.load_a(position.stage, tile, k_block);
  for (u32 k_block = with_b; k_block < k_blocks; ++k_block, position.advance()) {
    gemm.barriers.wait_empty(position);
    mbarrier_arrive_expect_bytes(gemm.barriers.full(position.stage), bytes);
    gemm.load_a(position.stage, tile, k_block);
    gemm.load_b(position.stage, tile, k_block);
  }
}

// By one warp, one thread of which issues all loads. What decides where a load goes must be the same in the whole warp
// for the compiler to see: else it loops over the lanes around every copy, which costs 100 cycles each.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ void produce(const Gemm& gemm) {
  if constexpr (tiles_are_data<C>) wait_for_previous_grids();
  typename Gemm::Tiles tiles(gemm.operands.space, gemm.place);
  typename Gemm::Position position;
  typename Gemm::Queue::Position slot;
  Tile tile;
  bool more = tiles.next(tile);
  u32 with_b = 0;
  if constexpr (!tiles_are_data<C>) {
    if (more && gemm.operands.constant_b != 0) with_b = min(C.stages, Gemm::k_blocks(tile));
    if (elect_one()) load_first_stages_of_b(gemm, tile, with_b);
    wait_for_previous_grids();
  }
  if (elect_one()) {
    u32 acquired = Gemm::Queue::no_group;
    for (; more; more = tiles.next(tile), with_b = 0) {
      gemm.queue.push(slot, tile);
      if constexpr (C.group_maps) {
        if (tile.group != acquired) gemm.acquire_group_maps(tile);
        acquired = tile.group;
      }
      load_tile(gemm, tile, position, with_b);
    }
    gemm.queue.push_end(slot);
  }
}

// Adds up what the CTAs of the cluster have of a tile, and stores it. `tiles` is the number of tiles before it.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ void reduce_split_tile(const Gemm& gemm, const typename Gemm::Accumulators& accumulators,
                                                  u32 warp, const Tile& tile, u32 tiles, bool more) {
  using Reduction = typename Gemm::Layout::Reduction;
  const Reduction reduction{gemm.shared + Gemm::Layout::reduction, gemm.place.rank};
  const u32 lane = threadIdx.x % warp_threads;
  reduction.send(accumulators, warp, lane, tiles);
  float4 sums[Reduction::share];
  reduction.add_up(sums, accumulators, warp, lane, tiles);
  if (more) reduction.offer_room(warp, lane);
  reduction.template store<C.grouping>(sums, tile, gemm.epilogue, warp, lane);
}

// Lets the stages of a tile go by.
template <typename Gemm>
__device__ __forceinline__ void pass_tile(const Gemm& gemm, const Tile& tile, typename Gemm::Position& position) {
  const u32 lane = threadIdx.x % warp_threads;
  for (u32 left = Gemm::k_blocks(tile); left > 0; --left, position.advance()) {
    gemm.barriers.wait_full(position);
    gemm.barriers.release(position.stage, lane);
  }
}

// Whether what a tile needs from global memory is fetched while the tile before is stored. Three warpgroups have no
// registers left for it.
template <GemmConfig C>
inline constexpr bool looks_ahead = C.math_warpgroups < 3;

// By the math warpgroups: every tile of D that is the CTA's. What lies below the matrix is not worth multiplying.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ void consume(const Gemm& gemm, u32 warp) {
  using Part = typename Gemm::Part;
  const u32 warpgroup = warp / 4;
  const Part part(warpgroup);
  const StoreBuffers buffers = {gemm.shared + Gemm::Layout::store_buffers + warpgroup * Gemm::Layout::store_buffer_bytes,
                                1 + warpgroup};
  wait_for_previous_grids();
  typename Gemm::Position position;
  typename Gemm::Queue::Position slot;
  typename Gemm::TileAhead ahead;
  Tile next;
  u32 reduced = 0;  // tiles
  bool more = gemm.queue.pop(slot, next);
  if (looks_ahead<C> && more) ahead.start(gemm, next, part);
  while (more) {
    const Tile tile = next;
    if constexpr (!looks_ahead<C>) ahead.start(gemm, tile, part);
    typename Gemm::Accumulators accumulators = {};
    if (part.is_below(tile)) {
      pass_tile(gemm, tile, position);
    } else {
      gemm.multiply(accumulators, tile, part, position, ahead);
    }
    more = gemm.queue.pop(slot, next);
    if (looks_ahead<C> && more) ahead.start(gemm, next, part);
    if constexpr (C.split_k > 1) {
      reduce_split_tile<C>(gemm, accumulators, warp, tile, reduced, more);
      ++reduced;
    } else {
#pragma unroll
      for (u32 m = 0; m < Part::fragments_m; ++m) {
#pragma unroll
        for (u32 n = 0; n < Part::fragments_n; ++n) {
          store_fragment<C.output, C.store, Part::mma_n, C.store_boxes, C.grouping>(
              accumulators[m][n], gemm.epilogue, buffers, m * Part::fragments_n + n, tile,
              part.first_row + m * fragment_rows, part.first_column + n * Part::mma_n);
        }
      }
    }
  }
  if constexpr (C.store != StorePath::guarded) {
    if (threadIdx.x % warpgroup_threads == 0) wait_for_store_reads<0>();
  }
}

template <GemmConfig C, typename Gemm, typename Operands>
__device__ __forceinline__ void run_gemm(const Operands& operands, const Epilogue<C.output>& epilogue) {
  using Registers = RegisterBudget<C>;
  extern __shared__ __align__(1024) u8 shared_memory[];
  const u32 shared = shared_address(shared_memory);
  const typename Gemm::Barriers barriers{shared + Gemm::Layout::barriers};
  const typename Gemm::Queue queue{shared + Gemm::Layout::tile_queue};
  clear_rows_beyond_boxes<C, typename Gemm::Layout>(shared, operands.box_rows_of_a, operands.space.m);
  const Gemm gemm{operands, epilogue, start_block<C, typename Gemm::Layout>(shared), barriers, queue, shared};
  const u32 warp = warp_uniform(threadIdx.x / warp_threads);
  if (warp >= C.math_warpgroups * 4) {
    if constexpr (reallocates_registers(C)) release_registers<Registers::producer>();
    // The others of its warpgroup are there only because registers move between whole warpgroups.
    if (warp == C.math_warpgroups * 4) produce<C>(gemm);
  } else {
    if constexpr (reallocates_registers(C)) claim_registers<Registers::math>();
    consume<C>(gemm, warp);
  }
  end_block<C>();
}

}  // namespace dg
