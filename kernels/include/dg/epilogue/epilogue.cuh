#pragma once
#include "dg/epilogue/global_matrix.cuh"
#include "dg/epilogue/tma_store.cuh"
#include "dg/schedule/tile.cuh"

namespace dg {

// Where D goes and what is added to it. `c` is null without C; C may be D itself, because every thread reads its
// own elements before the warpgroup writes any, or L2 adds to them.
template <OutputType Output>
struct Epilogue {
  using Element = output_element<Output>;

  const TensorMap& d_map;  // unused on the guarded path
  GlobalMatrix<Element> d;
  GlobalMatrix<const Element> c;
  i64 d_stride_group;  // elements, where each group has a D of its own
  i64 c_stride_group;

  // The D of a tile's group. A masked group ends before the matrix does.
  template <Grouping G>
  __device__ __forceinline__ GlobalMatrix<Element> d_of(const Tile& tile) const {
    auto matrix = d;
    if constexpr (d_per_group(G)) matrix.data += tile.group * d_stride_group;
    if constexpr (G == Grouping::masked) matrix.rows = tile.rows_end;
    return matrix;
  }

  // Whether the sums can be added to D in L2, instead of being added to C on the way: C is D, and as it is stored no
  // rounding to a narrower type comes first.
  __device__ __forceinline__ bool adds_in_place() const {
    return Output == OutputType::float32 && static_cast<const void*>(c.data) == d.data && c.pitch == d.pitch &&
           c_stride_group == d_stride_group;
  }

  // Whether there is a C. Groups of rows have none.
  template <Grouping G>
  __device__ __forceinline__ bool has_c() const {
    return (G == Grouping::dense || G == Grouping::k) && c.data != nullptr;
  }

  // The C of a tile's group, where there is one.
  template <Grouping G>
  __device__ __forceinline__ GlobalMatrix<const Element> c_of(const Tile& tile) const {
    auto matrix = c;
    if constexpr (d_per_group(G)) matrix.data += tile.group * c_stride_group;
    return matrix;
  }
};

// The fragment that starts at (`first_row`, `first_column`) of the tile. A box of TMA would write rows that a masked
// group does not have: the fragment in which a group ends takes the guarded path.
template <OutputType Output, StorePath Store, u32 N, u32 StoreRoom, Grouping G>
__device__ __forceinline__ void store_fragment(float (&fragment)[N / 2], const Epilogue<Output>& epilogue,
                                               StoreBuffers buffers, u32 ordinal, const Tile& tile, u32 first_row,
                                               u32 first_column) {
  const FragmentPosition at = fragment_position();
  const u32 row = tile.row + first_row;
  const u32 column = tile.column + first_column;
  const bool whole = Store == StorePath::tma && (G != Grouping::masked || row + fragment_rows <= tile.rows_end);
  const bool has_c = epilogue.template has_c<G>();
  const bool add = has_c && whole && epilogue.adds_in_place();
  if (has_c && !add) add_matrix<N>(fragment, epilogue.template c_of<G>(tile), row, column, at);
  if constexpr (Store == StorePath::tma) {
    if (whole) {
      store_with_tma<Output, N, StoreRoom, d_per_group(G)>(fragment, epilogue.d_map, buffers, ordinal, row, column,
                                                           tile.group, at, add);
      return;
    }
  }
  if (Store == StorePath::guarded || G == Grouping::masked) {
    store_guarded<N>(fragment, epilogue.template d_of<G>(tile), row, column, at);
  }
}

}  // namespace dg
