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

// Whether CTAs write to each other's stages.
template <GemmConfig C>
inline constexpr bool multicasts = C.cluster_m * C.cluster_n > 1;

// The named barrier by which the math warpgroups learn that the block's barriers are made; those before it are theirs.
template <GemmConfig C>
inline constexpr u32 start_barrier = 1 + C.math_warpgroups;
template <GemmConfig C>
inline constexpr u32 starting_threads = C.math_warpgroups * warpgroup_threads + warp_threads;

// By the producing thread, which needs nobody else to begin with its loads.
template <GemmConfig C, typename Layout>
__device__ __forceinline__ void make_barriers(u32 shared) {
  constexpr u32 math_warps = C.math_warpgroups * 4;
  typename Layout::Barriers{shared + Layout::barriers}.init(math_warps);
  typename Layout::Queue{shared + Layout::tile_queue}.init(math_warps);
  fence_mbarrier_init();
  fence_async_proxy_shared();
}

// By a thread that does not produce.
template <typename Layout>
__device__ __forceinline__ void make_reduction_barriers(u32 shared) {
  typename Layout::Reduction{shared + Layout::reduction, 0}.init();
  fence_mbarrier_init();
}

template <GemmConfig C>
__device__ __forceinline__ ClusterPlace place_in_grid() {
  if constexpr (cluster_size(C) == 1) return {0, blockIdx.x, gridDim.x};
  return {cluster_cta_rank(), blockIdx.x / cluster_size(C), gridDim.x / cluster_size(C)};
}

// Whether the rows of A are loaded in boxes of this CTA's own, of which a tile has only those that start inside the matrix.
template <GemmConfig C>
inline constexpr bool boxes_of_a_end_with_rows = C.major_a == Major::k && C.cluster_n == 1;

// Rows of A that arrive for each stage of a tile, in boxes of this CTA's own.
template <GemmConfig C>
__device__ __forceinline__ u32 loaded_rows_of_a(const Tile& tile, u32 box_rows) {
  u32 rows = box_rows;
  while (rows < C.block_m && tile.row + rows < tile.rows_end) rows += box_rows;
  return rows;
}

// Bytes of K-major A that arrive for each stage of a tile.
template <GemmConfig C>
__device__ __forceinline__ u32 bytes_of_a(const Tile& tile, u32 box_rows) {
  if constexpr (!boxes_of_a_end_with_rows<C>) return C.major_a == Major::k ? C.block_m * operand_row_bytes : 0;
  return loaded_rows_of_a<C>(tile, box_rows) * operand_row_bytes;
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

// Where A ends inside a tile, its boxes do not fill it. Tensor cores read what a warpgroup has of it whole, and what they make
// of the rest is not stored; it is zero only so that nothing is read that nothing wrote. Clears the rows from `first` to the
// end of a warpgroup's part, in the stages from `begin` to `end`. By the math warpgroups; a barrier of theirs follows. Few
// instructions: in a small product, each that is executed once waits for memory.
template <GemmConfig C, bool WithScales, typename Gemm>
__device__ __forceinline__ void clear_rows_of_a(const Gemm& gemm, u32 first, u32 begin, u32 end) {
  constexpr u32 chunk_bytes = 16;
  constexpr u32 threads = C.math_warpgroups * warpgroup_threads;
  constexpr u32 scale_bytes = WithScales ? Gemm::Layout::row_scale_bytes : 0;
  const u32 rows = ceil_div(first, Gemm::Part::rows) * Gemm::Part::rows - first;
#pragma unroll 1
  for (u32 stage = begin; stage < end; ++stage) {
    const u32 tile = gemm.a_tile(stage) + first * operand_row_bytes;
#pragma unroll 1
    for (u32 at = threadIdx.x * chunk_bytes; at < rows * operand_row_bytes; at += threads * chunk_bytes) {
      store_shared_f32x4(tile + at, {0, 0, 0, 0});
    }
    const u32 scales = gemm.shared + Gemm::Layout::row_scales + stage * scale_bytes + first * sizeof(float);
    if (scale_bytes > 0 && threadIdx.x < rows) store_shared_f32(scales + threadIdx.x * sizeof(float), 0);
  }
  fence_async_proxy_shared();
}

// Where one box has all rows of A, it is what arrives of every tile, also of its scales: the rest is cleared before anything
// else, while the grids before still run. Returns how many stages need no clearing any more.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ u32 clear_rows_below_only_box(const Gemm& gemm) {
  if constexpr (!boxes_of_a_end_with_rows<C>) return C.stages;
  if (gemm.operands.space.m > C.block_m) return 0;
  const u32 rows = gemm.operands.box_rows_of_a;
  if (rows % Gemm::Part::rows != 0) clear_rows_of_a<C, true>(gemm, rows, 0, C.stages);
  return C.stages;
}

// Elsewhere a tile may be the last one of its column, while its first stages come: those that no tile has used are cleared.
// The first `used` hold rows of tiles before, or zeros. Others than the tile's own may have rows of the next one already.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ u32 clear_rows_not_loaded(const Gemm& gemm, const Tile& tile, u32 used) {
  const u32 end = min(C.stages, used + Gemm::k_blocks(tile));
  const u32 rows = loaded_rows_of_a<C>(tile, gemm.operands.box_rows_of_a);
  if (rows % Gemm::Part::rows != 0) {
    clear_rows_of_a<C, false>(gemm, rows, used, end);
    named_barrier_sync(start_barrier<C>, C.math_warpgroups * warpgroup_threads);
  }
  return end;
}

// No CTA leaves while a peer may still write to its shared memory or arrive on its barriers.
template <GemmConfig C>
__device__ __forceinline__ void end_block() {
  if constexpr (multicasts<C>) {
    cluster_sync();
  }
}

// CTAs that split K store into each other's memory, not before they know that its barriers are there.
template <GemmConfig C>
__device__ __forceinline__ void meet_peers() {
  if constexpr (C.split_k > 1) cluster_sync_after_init();
}

// Whether the tiles depend on what the grids before may still write.
template <GemmConfig C>
inline constexpr bool tiles_are_data = C.grouping != Grouping::dense;

// Which operands of a stage are loaded.
enum class Loads : u8 { both, only_a, only_b };

// Loads the first K-blocks of the first tile, each into the stage of its number: nothing has been there before. Who loads
// A alone has loaded B.
template <Loads Operands, typename Gemm>
__device__ __forceinline__ void load_first_blocks(const Gemm& gemm, const Tile& tile, u32 k_blocks) {
  const u32 bytes = gemm.stage_bytes(tile);
  for (u32 stage = 0; stage < k_blocks; ++stage) {
    if constexpr (Operands != Loads::only_a) mbarrier_arrive_expect_bytes(gemm.barriers.full(stage), bytes);
    if constexpr (Operands != Loads::only_b) gemm.load_a(stage, tile, stage);
    if constexpr (Operands != Loads::only_a) gemm.load_b(stage, tile, stage);
  }
}

// Loads the K-blocks of a tile from `first` on, each as a stage becomes empty.
template <typename Gemm>
__device__ __forceinline__ void load_blocks(const Gemm& gemm, const Tile& tile, typename Gemm::Position& position, u32 first) {
  const u32 k_blocks = Gemm::k_blocks(tile);
  const u32 bytes = gemm.stage_bytes(tile);
  for (u32 k_block = first; k_block < k_blocks; ++k_block, position.advance()) {
    gemm.barriers.wait_empty(position);
    mbarrier_arrive_expect_bytes(gemm.barriers.full(position.stage), bytes);
    gemm.load_a(position.stage, tile, k_block);
    gemm.load_b(position.stage, tile, k_block);
  }
}

// By one warp, one thread of which issues all loads. What decides where a load goes must be the same in the whole warp
// for the compiler to see: else it loops over the lanes around every copy, which costs 100 cycles each. As little as can be
// lies between the end of the grids before and the first load: all that a small product does waits for it.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ void produce(const Gemm& gemm) {
  if constexpr (tiles_are_data<C>) wait_for_previous_grids();
  typename Gemm::Tiles tiles(gemm.operands.space, gemm.place);
  Tile tile = {};
  bool more = tiles.next(tile);
  u32 first = more ? min(C.stages, Gemm::k_blocks(tile)) : 0;
  const bool early_b = !tiles_are_data<C> && gemm.operands.constant_b != 0;
  if (elect_one()) {
    if (more) gemm.queue.fill(0, tile);
    if (early_b) load_first_blocks<Loads::only_b>(gemm, tile, first);
  }
  if constexpr (!tiles_are_data<C>) wait_for_previous_grids();
  if (elect_one()) {
    if constexpr (C.group_maps) {
      if (more) gemm.acquire_group_maps(tile);
    }
    if (early_b) {
      load_first_blocks<Loads::only_a>(gemm, tile, first);
    } else {
      load_first_blocks<Loads::both>(gemm, tile, first);
    }
  }
  meet_peers<C>();
  if (elect_one()) {
    auto position = Gemm::Position::after(first);
    auto slot = Gemm::Queue::Position::after(more ? 1 : 0);
    u32 group = tile.group;
    while (more) {
      load_blocks(gemm, tile, position, first);
      first = 0;
      more = tiles.next(tile);
      if (!more) break;
      gemm.queue.push(slot, tile);
      if constexpr (C.group_maps) {
        if (tile.group != group) gemm.acquire_group_maps(tile);
        group = tile.group;
      }
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
  u32 used_stages = clear_rows_below_only_box<C>(gemm);
  named_barrier_sync(start_barrier<C>, starting_threads<C>);
  wait_for_previous_grids();
  typename Gemm::Position position;
  typename Gemm::Queue::Position slot;
  typename Gemm::TileAhead ahead;
  Tile next;
  u32 reduced = 0;  // tiles
  bool more = gemm.queue.pop(slot, next);
  if (looks_ahead<C> && more) ahead.start(gemm, next, part);
  meet_peers<C>();
  while (more) {
    const Tile tile = next;
    if constexpr (!looks_ahead<C>) ahead.start(gemm, tile, part);
    if (used_stages < C.stages) used_stages = clear_rows_not_loaded<C>(gemm, tile, used_stages);
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
  const u32 warp = warp_uniform(threadIdx.x / warp_threads);
  constexpr u32 producer = C.math_warpgroups * 4;
  if (warp == producer && elect_one()) {
    let_next_grid_start();
    make_barriers<C, typename Gemm::Layout>(shared);
  }
  if constexpr (C.split_k > 1) {
    if (warp == 0 && elect_one()) make_reduction_barriers<typename Gemm::Layout>(shared);
  }
  if constexpr (multicasts<C>) cluster_sync_after_init();
  const Gemm gemm{operands, epilogue, place_in_grid<C>(), barriers, queue, shared};
  if (warp >= producer) {
    if constexpr (reallocates_registers(C)) release_registers<Registers::producer>();
    // The others of its warpgroup are there only because registers move between whole warpgroups.
    if (warp == producer) {
      named_barrier_arrive(start_barrier<C>, starting_threads<C>);
      produce<C>(gemm);
    }
  } else {
    if constexpr (reallocates_registers(C)) claim_registers<Registers::math>();
    consume<C>(gemm, warp);
  }
  end_block<C>();
}

}  // namespace dg
