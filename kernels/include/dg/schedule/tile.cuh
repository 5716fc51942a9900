#pragma once
#include "dg/types.cuh"

namespace dg {

// How the rows of A and D belong to the groups, each of which has its own B.
enum class Grouping : u8 {
  dense,       // one group
  contiguous,  // segments of rows: an int32 for each row names its group, negative for padding; or, with an alignment, an
               // int32 for each group is the end of its rows, and each starts at the next multiple of the alignment
  masked,      // A and D are [G, M, ...]; an int32 for each group says how many of its M rows there are
  k,           // D is [G, M, N]; an int32 for each group says how much of K, from where the group before ends, is its own
};

// Which matrices every group has for itself; their tensor maps have a third dimension.
__host__ __device__ constexpr bool a_per_group(Grouping grouping) { return grouping == Grouping::masked; }
__host__ __device__ constexpr bool b_per_group(Grouping grouping) {
  return grouping == Grouping::contiguous || grouping == Grouping::masked;
}
__host__ __device__ constexpr bool d_per_group(Grouping grouping) {
  return grouping == Grouping::masked || grouping == Grouping::k;
}

// What is multiplied: the sizes of A [M, K] and B [N, K], and the groups.
struct TileSpace {
  u32 m, n, k;
  u32 raster_rows;      // not masked: see raster_place
  const i32* grouping;  // null when dense
  u32 groups;           // 1 when dense
  u32 alignment;        // contiguous: rows, or 0 when every row names its group
};

// Where a CTA is in its cluster, and the cluster in the grid.
struct ClusterPlace {
  u32 rank;   // of the CTA
  u32 index;  // of the cluster
  u32 count;  // of clusters
};

struct Tile {
  u32 row;       // first row of D
  u32 column;    // first column of D
  u32 group;     // 0 when dense
  u32 rows_end;  // rows of D from here on must not be written
  u32 k_begin;   // of the part of K that the CTA sums up, a multiple of a stage
  u32 k_size;    // of that part; may be 0 for Grouping::k and where CTAs split K
};

}  // namespace dg
