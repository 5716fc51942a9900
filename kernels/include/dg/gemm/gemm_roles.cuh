#pragma once
#include "dg/gemm/rows_of_a.cuh"
#include "dg/ptx/griddepcontrol.cuh"
#include "dg/schedule/grouped_tiles.cuh"

// What the GEMM kernels have in common: what the two roles of a block do. `Gemm` knows how a stage is loaded and how a tile is
// multiplied.
namespace dg {

// What no grid that may still run writes: of the operands B, with its scales, or A and its scales as well; and what the groups
// are. The launch knows.
enum class Settled : u32 { none, b, all };

template <GemmConfig C, u32 StageK>
using GemmTiles = typename TilesFor<C.grouping, C.block_m, C.block_n, C.cluster_m, C.cluster_n, C.split_k, StageK>::type;

// By the producing warp.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ typename Gemm::Tiles tiles_of(const Gemm& gemm) {
  if constexpr (C.grouping == Grouping::masked) {
    auto* const order = reinterpret_cast<GroupOrder*>(__cvta_shared_to_generic(gemm.shared + Gemm::Layout::group_order));
    return typename Gemm::Tiles(gemm.operands.space, gemm.place, *order);
  } else {
    return typename Gemm::Tiles(gemm.operands.space, gemm.place);
  }
}

// What may be loaded before the grids before have ended. Not with maps of the groups, which the grid before makes.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ Settled settled_operands(const Gemm& gemm) {
  return C.group_maps ? Settled::none : gemm.operands.settled;
}

// By every thread that stores or reads C, before it does: D may be what the grids before read, or write. Where operands were not
// settled, all has waited before.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ void wait_before_storing(const Gemm& gemm) {
  if (settled_operands<C>(gemm) == Settled::all) wait_for_previous_grids();
}

// Which operands of a stage are loaded.
enum class Loads : u8 { both, only_a, only_b };

// Loads the K-blocks of the first tile from `begin` to `end`, each into the stage of its number: nothing has been there before.
// Who loads A alone has loaded B.
template <Loads Operands, typename Gemm>
__device__ __forceinline__ void load_first_blocks(const Gemm& gemm, const Tile& tile, u32 begin, u32 end) {
  const u32 bytes = gemm.stage_bytes(tile);
  for (u32 stage = begin; stage < end; ++stage) {
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

// Where A has one row of tiles all CTAs read the same of it, and their first stages would wait for device memory if L2 does not
// have it: each asks for one K-block, so that those which come first, and all of A where there are CTAs enough, are on
// their way while the grids before still run. Who asks for more than one holds up B.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ void prefetch_share_of_a(const Gemm& gemm, const Tile& tile) {
  if constexpr (Gemm::prefetches_a) {
    if (gemm.operands.space.m <= C.block_m) gemm.prefetch_a(tile, gemm.place.index % Gemm::k_blocks(tile));
  }
}

// By one warp, one thread of which issues all loads. What decides where a load goes must be the same in the whole warp
// for the compiler to see: else it loops over the lanes around every copy, which costs 100 cycles each. Where A waits for the
// grids before, as little as can be lies between their end and the first load: all that a small product does waits for it.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ void produce(const Gemm& gemm) {
  const Settled settled = settled_operands<C>(gemm);
  if (C.grouping != Grouping::dense && settled == Settled::none) wait_for_previous_grids();
  auto tiles = tiles_of<C>(gemm);
  Tile tile = {};
  bool more = tiles.next(tile);
  u32 first = more ? min(C.stages, Gemm::k_blocks(tile)) : 0;
  // B of half the stages, where only that may come early. A waits behind it: more would hold up the first stage.
  const u32 early = settled == Settled::b ? min(C.stages / 2, first) : 0;
  if (elect_one()) {
    if (more) gemm.queue.fill(0, tile);
    if (first > 0 && settled != Settled::all) prefetch_share_of_a<C>(gemm, tile);
    load_first_blocks<Loads::only_b>(gemm, tile, 0, early);
  }
  if (settled != Settled::all) wait_for_previous_grids();
  if (elect_one()) {
    if constexpr (C.group_maps) {
      if (more) gemm.acquire_group_maps(tile);
    }
    load_first_blocks<Loads::only_a>(gemm, tile, 0, early);
    load_first_blocks<Loads::both>(gemm, tile, early, first);
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
  wait_before_storing<C>(gemm);
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
  if (settled_operands<C>(gemm) != Settled::all) wait_for_previous_grids();
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
      wait_before_storing<C>(gemm);
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
  // Also without a tile: the grid after this one takes it that those before this one have ended, too.
  wait_before_storing<C>(gemm);
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
