#pragma once
#include "dg/epilogue/fragment.cuh"
#include "dg/epilogue/output_type.cuh"

// C and D by ordinary loads and stores, guarded by D's logical shape: for C, and for a D that TMA does not store.
namespace dg {

// Where a thread's elements of one row are: pairs of neighbours, from the first of them on.
template <typename T>
struct RowOfPairs {
  T* first;
  i32 count;  // elements of the matrix from there to the end of the row; not positive outside
  bool pairs;

  // Whether all pairs up to the one that starts at `column` are there, and can be moved as such.
  __device__ __forceinline__ bool is_whole_to(u32 column) const { return pairs && count >= static_cast<i32>(column + 2); }

  __device__ __forceinline__ float2 load_whole(u32 column) const { return load_global_pair(first + column); }
  __device__ __forceinline__ float2 load(u32 column) const {
    return load_global_pair(first + column, count - static_cast<i32>(column), pairs);
  }
  __device__ __forceinline__ void store_whole(u32 column, float x, float y) const { store_global_pair(first + column, x, y); }
  __device__ __forceinline__ void store(u32 column, float x, float y) const {
    store_global_pair(first + column, count - static_cast<i32>(column), pairs, x, y);
  }
};

template <typename T>
struct GlobalMatrix {
  T* data;
  i64 pitch;  // elements
  u32 rows;
  u32 columns;

  // `column` is even.
  __device__ __forceinline__ RowOfPairs<T> row_of_pairs(u32 row, u32 column) const {
    // Whether two neighbours that start at an even column can be moved as one.
    const bool pairs = (reinterpret_cast<u64>(data) / sizeof(T) | static_cast<u64>(pitch)) % 2 == 0;
    return {data + row * pitch + column, row < rows ? static_cast<i32>(columns - column) : 0, pairs};
  }
};

// Pairs of C that a thread asks for before it waits for any: a fragment's half of 64 columns.
inline constexpr u32 pairs_in_flight = 8;

// Adds what load(column) gives, for every pair of one half of a fragment's rows.
template <u32 N, typename Load>
__device__ __forceinline__ void add_row(float (&fragment)[N / 2], u32 half, Load load) {
#pragma unroll
  for (u32 first = 0; first < N / 8; first += pairs_in_flight) {
    const u32 end = first + pairs_in_flight < N / 8 ? first + pairs_in_flight : N / 8;
    float2 loaded[pairs_in_flight];
#pragma unroll
    for (u32 i = first; i < end; ++i) loaded[i - first] = load(8 * i);
#pragma unroll
    for (u32 i = first; i < end; ++i) {
      float* const pair = &fragment[4 * i + 2 * half];
      pair[0] += loaded[i - first].x;
      pair[1] += loaded[i - first].y;
    }
  }
}

template <u32 N, typename T>
__device__ __forceinline__ void add_matrix(float (&fragment)[N / 2], const GlobalMatrix<const T>& c, u32 fragment_row,
                                           u32 fragment_column, FragmentPosition at) {
#pragma unroll
  for (u32 half = 0; half < 2; ++half) {
    const auto row = c.row_of_pairs(fragment_row + at.row() + 8 * half, fragment_column + at.column());
    // Inside the matrix nothing must keep the loads from being in flight together.
    if (row.is_whole_to(N - 8)) {
      add_row<N>(fragment, half, [&](u32 column) { return row.load_whole(column); });
    } else {
      add_row<N>(fragment, half, [&](u32 column) { return row.load(column); });
    }
  }
}

template <u32 N, typename T>
__device__ __forceinline__ void store_guarded(const float (&fragment)[N / 2], const GlobalMatrix<T>& d,
                                              u32 fragment_row, u32 fragment_column, FragmentPosition at) {
#pragma unroll
  for (u32 half = 0; half < 2; ++half) {
    const auto row = d.row_of_pairs(fragment_row + at.row() + 8 * half, fragment_column + at.column());
#pragma unroll
    for (u32 group = 0; group < N / 8; ++group) {
      const float* const pair = &fragment[4 * group + 2 * half];
      row.store(8 * group, pair[0], pair[1]);
    }
  }
}

}  // namespace dg
