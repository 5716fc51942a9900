#pragma once
#include "dg/epilogue/fragment.cuh"
#include "dg/epilogue/output_type.cuh"

// C and D by ordinary loads and stores, guarded by D's logical shape: for C, and for a D that TMA cannot store.
namespace dg {

template <typename T>
struct GlobalMatrix {
  T* data;
  i64 pitch;  // elements
  u32 rows;
  u32 columns;
};

// Calls visit(register, row, column) for every element of the fragment that lies within the matrix.
template <u32 N, typename T, typename Visit>
__device__ __forceinline__ void visit_fragment(const GlobalMatrix<T>& matrix, u32 tile_row, u32 tile_column,
                                               FragmentPosition at, Visit visit) {
#pragma unroll
  for (u32 half = 0; half < 2; ++half) {
    const u32 row = tile_row + at.row() + 8 * half;
    if (row >= matrix.rows) continue;
    T* const line = matrix.data + row * matrix.pitch;
#pragma unroll
    for (u32 group = 0; group < N / 8; ++group) {
      const u32 column = tile_column + 8 * group + at.column();
      const u32 i = 4 * group + 2 * half;
      if (column < matrix.columns) visit(i, line + column);
      if (column + 1 < matrix.columns) visit(i + 1, line + column + 1);
    }
  }
}

template <u32 N, typename T>
__device__ __forceinline__ void add_matrix(float (&fragment)[N / 2], const GlobalMatrix<const T>& c, u32 tile_row,
                                           u32 tile_column, FragmentPosition at) {
  visit_fragment<N>(c, tile_row, tile_column, at, [&](u32 i, const T* element) { fragment[i] += to_float(*element); });
}

template <u32 N, typename T>
__device__ __forceinline__ void store_guarded(const float (&fragment)[N / 2], const GlobalMatrix<T>& d, u32 tile_row,
                                              u32 tile_column, FragmentPosition at) {
  visit_fragment<N>(d, tile_row, tile_column, at, [&](u32 i, T* element) { *element = from_float<T>(fragment[i]); });
}

}  // namespace dg
