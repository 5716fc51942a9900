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
template <GemmConfig C, typename Barriers, typename Queue>
__device__ __forceinline__ ClusterPlace start_block(Barriers barriers, Queue queue) {
  if (threadIdx.x < warp_threads) {
    queue.init(threadIdx.x, tile_reading_warps(C));
    barriers.init(threadIdx.x, C.math_warpgroups * 4);
  }
  if (threadIdx.x == 0) let_next_grid_start();
  if constexpr (cluster_size(C) > 1) {
    cluster_sync();
    return {cluster_cta_rank(), blockIdx.x / cluster_size(C), gridDim.x / cluster_size(C)};
  } else {
    __syncthreads();
    return {0, blockIdx.x, gridDim.x};
  }
}

// The boxes of an A with few rows do not fill its tiles. Tensor cores read them whole, and what they make of the rest is
// not stored; it is zero only so that nothing is read that nothing wrote.
template <GemmConfig C, typename Layout>
__device__ __forceinline__ void clear_rows_beyond_boxes(u32 shared, u32 stage_bytes) {
  constexpr u32 bytes_per_row = operand_row_bytes + Layout::row_scale_bytes / C.block_m;
  constexpr u32 chunk_bytes = 16;
  const u32 rows = (Layout::stage_bytes - stage_bytes) / bytes_per_row;
  if (rows == 0) return;
  const u32 first = C.block_m - rows;
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
    __syncwarp();
    cluster_sync();
  }
}

// The two cluster barriers around the reduction of a split tile, for warps that take no part in it.
__device__ __forceinline__ void sit_out_reduction() {
  __syncwarp();
  cluster_sync();
  cluster_sync();
}

// Whether the tiles depend on what the grids before may still write.
template <GemmConfig C>
inline constexpr bool tiles_are_data = C.grouping != Grouping::dense;

// Fills `count` stages with B of a tile.
template <typename Gemm>
__device__ __forceinline__ void load_first_stages_of_b(const Gemm& gemm, const Tile& tile, u32 count) {
  for (u32 stage = 0; stage < count; ++stage) {
    mbarrier_arrive_expect_bytes(gemm.barriers.full(stage), gemm.operands.stage_bytes);
    gemm.load_b(stage, tile, stage);
  }
}

// Loads every stage of a tile as it becomes empty; the first `with_b` have B already.
template <typename Gemm>
__device__ __forceinline__ void load_tile(const Gemm& gemm, const Tile& tile, typename Gemm::Position& position,
                                          u32 with_b) {
  const u32 k_blocks = Gemm::k_blocks(tile);
  for (u32 k_block = 0; k_block < with_b; ++k_block, position.advance()) gemm.load_a(position.stage, tile, k_block);
  for (u32 k_block = with_b; k_block < k_blocks; ++k_block, position.advance()) {
    gemm.barriers.wait_empty(position);
    mbarrier_arrive_expect_bytes(gemm.barriers.full(position.stage), gemm.operands.stage_bytes);
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
  if constexpr (C.split_k > 1) {
    for (; more; more = tiles.next(tile), with_b = 0) {
      if (elect_one()) {
        typename Gemm::Queue::Position of_push = slot;
        typename Gemm::Position of_tile = position;
        gemm.queue.push(of_push, tile);
        load_tile(gemm, tile, of_tile, with_b);
      }
      slot.advance();
      position.advance(Gemm::k_blocks(tile));
      sit_out_reduction();
    }
    if (elect_one()) gemm.queue.push_end(slot);
  } else if (elect_one()) {
    for (; more; more = tiles.next(tile), with_b = 0) {
      gemm.queue.push(slot, tile);
      load_tile(gemm, tile, position, with_b);
    }
    gemm.queue.push_end(slot);
  }
}

// By warps that are there only because registers move between whole warpgroups.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ void stand_by(const Gemm& gemm) {
  if constexpr (C.split_k > 1) {
    typename Gemm::Queue::Position slot;
    Tile tile;
    while (gemm.queue.pop(slot, tile)) sit_out_reduction();
  }
}

// Adds up what the CTAs of the cluster have of a tile, and stores it.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ void reduce_split_tile(const Gemm& gemm, const typename Gemm::Accumulators& accumulators,
                                                  u32 warp, const Tile& tile) {
  using Part = typename Gemm::Part;
  constexpr u32 math_warps = C.math_warpgroups * 4;
  constexpr u32 every_math_warp = 1;  // named barrier
  using Share = QuadShare<Part, C.split_k, math_warps>;
  const u32 lane = threadIdx.x % warp_threads;
  const u32 sums = gemm.shared + Gemm::Layout::partial_sums;
  const Share share{gemm.place.rank * math_warps + warp};
  // The sums overwrite operands that the other warpgroups may still be reading.
  named_barrier_sync(every_math_warp, math_warps * warp_threads);
  write_partial_sums(accumulators, sums, warp, lane);
  cluster_sync();
  float4 partial[Share::count][C.split_k];
  load_partial_sums(partial, share, sums, lane);
  // TMA writes here next, once every CTA has read what it needs.
  fence_async_proxy_shared();
  cluster_arrive();
  store_sums<Part, C.grouping>(partial, share, tile, gemm.epilogue, lane);
  cluster_wait();
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
  Tile tile;
  // With one call in a `while` nvcc 13.0 puts the accumulators of tall tiles into local memory.
  for (bool more = gemm.queue.pop(slot, tile); more; more = gemm.queue.pop(slot, tile)) {
    typename Gemm::Accumulators accumulators = {};
    if (part.is_below(tile)) {
      pass_tile(gemm, tile, position);
    } else {
      gemm.multiply(accumulators, tile, part, position);
    }
    if constexpr (C.split_k > 1) {
      reduce_split_tile<C>(gemm, accumulators, warp, tile);
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
  clear_rows_beyond_boxes<C, typename Gemm::Layout>(shared, operands.stage_bytes);
  const Gemm gemm{operands, epilogue, start_block<C>(barriers, queue), barriers, queue, shared};
  const u32 warp = warp_uniform(threadIdx.x / warp_threads);
  if (warp >= C.math_warpgroups * 4) {
    if constexpr (reallocates_registers(C)) release_registers<Registers::producer>();
    if (warp == C.math_warpgroups * 4) {
      produce<C>(gemm);
    } else {
      stand_by<C>(gemm);
    }
  } else {
    if constexpr (reallocates_registers(C)) claim_registers<Registers::math>();
    consume<C>(gemm, warp);
  }
  end_block<C>();
}

}  // namespace dg
