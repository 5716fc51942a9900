#pragma once
#include "dg/epilogue/global_matrix.cuh"
#include "dg/epilogue/tma_store.cuh"
#include "dg/schedule/tile.cuh"

namespace dg {

// Where D goes and what is added to it. `c` is null without C; C may be D itself, because every thread reads its
// own elements before the warpgroup writes any.
template <OutputType Output>
struct Epilogue {
  const TensorMap& d_map;  // unused on the guarded path
  GlobalMatrix<output_element<Output>> d;
  GlobalMatrix<const output_element<Output>> c;
  i64 d_stride_group;  // elements, where each group has a D of its own
  i64 c_stride_group;
};

// The fragment that starts `first_row` rows into the tile. A box of TMA would write rows that a masked group does not
// have: the fragment in which a group ends takes the guarded path.
template <OutputType Output, StorePath Store, u32 N, Grouping G>
__device__ __forceinline__ void store_fragment(float (&fragment)[N / 2], const Epilogue<Output>& epilogue, u32 buffers,
                                               u32 barrier, Tile tile, u32 first_row) {
  const FragmentPosition at = fragment_position();
  const u32 row = tile.row + first_row;
  auto d = epilogue.d;
  auto c = epilogue.c;
  if constexpr (d_per_group(G)) {
    d.data += tile.group * epilogue.d_stride_group;
    c.data += c.data == nullptr ? 0 : tile.group * epilogue.c_stride_group;
  }
  if constexpr (G == Grouping::masked) d.rows = tile.rows_end;
  if (c.data != nullptr) add_matrix<N>(fragment, c, row, tile.column, at);
  const bool whole = G != Grouping::masked || row + fragment_rows <= tile.rows_end;
  if constexpr (Store == StorePath::tma) {
    if (whole) {
      store_with_tma<Output, N, d_per_group(G)>(fragment, epilogue.d_map, buffers, barrier, row, tile.column, tile.group,
                                                at);
      return;
    }
  }
  if (Store == StorePath::guarded || G == Grouping::masked) store_guarded<N>(fragment, d, row, tile.column, at);
}

}  // namespace dg
