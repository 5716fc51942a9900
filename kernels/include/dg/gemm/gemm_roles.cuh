#pragma once
#include "dg/gemm/gemm_config.cuh"
#include "dg/pipeline/operand_load.cuh"
#include "dg/ptx/griddepcontrol.cuh"
#include "dg/schedule/grouped_tiles.cuh"

// What the GEMM kernels have in common: how a block starts, splits into its roles and ends.
namespace dg {

template <GemmConfig C>
using GemmTiles = typename TilesFor<C.grouping, C.block_m, C.block_n, C.cluster_m, C.cluster_n>::type;

// Barriers become usable in the whole cluster, then the block waits for the grids before it: nothing that they
// wrote is read earlier.
template <GemmConfig C, typename Barriers>
__device__ __forceinline__ void start_block(Barriers barriers) {
  if (threadIdx.x == 0) barriers.init(C.math_warpgroups * 4);
  if constexpr (C.cluster_m * C.cluster_n > 1) {
    cluster_sync();
  } else {
    __syncthreads();
  }
  wait_for_previous_grids();
}

// No CTA leaves while a peer may still write to its shared memory or arrive on its barriers.
template <GemmConfig C>
__device__ __forceinline__ void end_block() {
  if constexpr (C.cluster_m * C.cluster_n > 1) {
    __syncwarp();
    cluster_sync();
  }
}

// Runs `produce` on one thread of the last warpgroup and `consume` on the others, each with its share of registers.
template <GemmConfig C, typename Produce, typename Consume>
__device__ __forceinline__ void split_roles(Produce produce, Consume consume) {
  using Registers = RegisterBudget<C>;
  const u32 warp = warp_uniform(threadIdx.x / warp_threads);
  if (warp >= C.math_warpgroups * 4) {
    if constexpr (Registers::reallocates) release_registers<Registers::producer>();
    if (warp == C.math_warpgroups * 4 && elect_one()) {
      produce();
      let_next_grid_start();
    }
    end_block<C>();
  } else {
    if constexpr (Registers::reallocates) claim_registers<Registers::math>();
    consume(warp / 4);
    if constexpr (C.store == StorePath::tma) {
      if (threadIdx.x % warpgroup_threads == 0) wait_for_store_reads<0>();
    }
    end_block<C>();
  }
}

}  // namespace dg
