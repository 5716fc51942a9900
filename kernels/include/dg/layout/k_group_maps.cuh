#pragma once
#include "dg/memory/k_group_size.cuh"
#include "dg/ptx/griddepcontrol.cuh"
#include "dg/ptx/tensor_map.cuh"

// A tensor map of A and one of B for each group of a K-grouped product whose K-major matrices [M, ks[g]] and [N, ks[g]] lie
// end to end: their rows are as long as the group's part of K.
namespace dg {

struct KGroupMapsArguments {
  const TensorMap& a;  // of any matrix with as many rows
  const TensorMap& b;
  const u8* a_blocks;
  const u8* b_blocks;
  u32 m, n, k;  // k: the sum over the groups
  const i32* ks;
  u32 groups;
  TensorMap* maps;  // of A and B of each group in turn
};

// A thread for each map.
__device__ __forceinline__ void k_group_maps(const KGroupMapsArguments& arguments) {
  wait_for_previous_grids();
  const u32 index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= 2 * arguments.groups) return;
  const u32 group = index / 2;
  const bool is_b = index % 2 != 0;
  u32 before = 0;
  for (u32 other = 0; other < group; ++other) before += k_group_size(arguments.ks[other], arguments.k - before);
  const u32 own = k_group_size(arguments.ks[group], arguments.k - before);
  TensorMap* const map = arguments.maps + index;
  *map = is_b ? arguments.b : arguments.a;
  // A group of no K has no tile that loads anything.
  if (own == 0) return;
  const u64 rows = is_b ? arguments.n : arguments.m;
  replace_address(map, (is_b ? arguments.b_blocks : arguments.a_blocks) + rows * before);
  replace_length(map, own);
  replace_pitch(map, own);
  release_tensor_maps();
}

}  // namespace dg
