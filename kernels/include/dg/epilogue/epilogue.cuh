#pragma once
#include "dg/epilogue/global_matrix.cuh"
#include "dg/epilogue/tma_store.cuh"

namespace dg {

// Where D goes and what is added to it. `c` is null without C; C may be D itself, because every thread reads its
// own elements before the warpgroup writes any.
template <OutputType Output>
struct Epilogue {
  const TensorMap& d_map;  // unused on the guarded path
  GlobalMatrix<output_element<Output>> d;
  GlobalMatrix<const output_element<Output>> c;
};

template <OutputType Output, StorePath Store, u32 N>
__device__ __forceinline__ void store_fragment(float (&fragment)[N / 2], const Epilogue<Output>& epilogue, u32 buffers,
                                               u32 barrier, u32 tile_row, u32 tile_column) {
  const FragmentPosition at = fragment_position();
  if (epilogue.c.data != nullptr) add_matrix<N>(fragment, epilogue.c, tile_row, tile_column, at);
  if constexpr (Store == StorePath::tma) {
    store_with_tma<Output, N>(fragment, epilogue.d_map, buffers, barrier, tile_row, tile_column, at);
  } else {
    store_guarded<N>(fragment, epilogue.d, tile_row, tile_column, at);
  }
}

}  // namespace dg
