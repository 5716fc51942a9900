#pragma once
#include "dg/epilogue/fragment.cuh"
#include "dg/epilogue/output_type.cuh"

// C and D by ordinary loads and stores, guarded by D's logical shape: for C, and for a D that TMA does not store.
namespace dg {

template <typename T>
struct GlobalMatrix {
  T* data;
  i64 pitch;  // elements
  u32 rows;
  u32 columns;

  // Whether a thread's two neighbours in a row, which start at an even column, can be moved as one.
  __device__ __forceinline__ bool has_pairs() const {
    return (reinterpret_cast<u64>(data) / sizeof(T) | static_cast<u64>(pitch)) % 2 == 0;
  }
};

__device__ __forceinline__ void load_pair(const float* from, float& x, float& y) {
  const float2 pair = *reinterpret_cast<const float2*>(from);
  x = pair.x;
  y = pair.y;
}
__device__ __forceinline__ void load_pair(const Bfloat16* from, float& x, float& y) {
  const u32 pair = *reinterpret_cast<const u32*>(from);
  x = __uint_as_float(pair << 16);
  y = __uint_as_float(pair & 0xffff0000);
}
__device__ __forceinline__ void store_pair(float* to, float x, float y) {
  *reinterpret_cast<float2*>(to) = make_float2(x, y);
}
__device__ __forceinline__ void store_pair(Bfloat16* to, float x, float y) {
  *reinterpret_cast<u32*>(to) = to_bfloat16_pair(x, y);
}

// x and y += the elements at (row, column) and beside it, where the matrix has them.
template <typename T>
__device__ __forceinline__ void add_elements(const GlobalMatrix<const T>& c, u32 row, u32 column, bool pairs, float& x,
                                             float& y) {
  if (row >= c.rows || column >= c.columns) return;
  const T* const from = c.data + row * c.pitch + column;
  if (pairs && column + 1 < c.columns) {
    float c_x, c_y;
    load_pair(from, c_x, c_y);
    x += c_x;
    y += c_y;
  } else {
    x += to_float(from[0]);
    if (column + 1 < c.columns) y += to_float(from[1]);
  }
}

template <typename T>
__device__ __forceinline__ void store_elements(const GlobalMatrix<T>& d, u32 row, u32 column, bool pairs, float x,
                                               float y) {
  if (row >= d.rows || column >= d.columns) return;
  T* const to = d.data + row * d.pitch + column;
  if (pairs && column + 1 < d.columns) {
    store_pair(to, x, y);
  } else {
    to[0] = from_float<T>(x);
    if (column + 1 < d.columns) to[1] = from_float<T>(y);
  }
}

// Calls visit(register, row, column) for every pair of neighbours that the thread has in the fragment.
template <u32 N, typename Visit>
__device__ __forceinline__ void visit_pairs(u32 fragment_row, u32 fragment_column, FragmentPosition at, Visit visit) {
#pragma unroll
  for (u32 half = 0; half < 2; ++half) {
#pragma unroll
    for (u32 group = 0; group < N / 8; ++group) {
      visit(4 * group + 2 * half, fragment_row + at.row() + 8 * half, fragment_column + 8 * group + at.column());
    }
  }
}

// Pairs of C that a thread asks for before it waits for any: a fragment's half of 64 columns.
inline constexpr u32 pairs_in_flight = 8;

template <u32 N, typename T>
__device__ __forceinline__ void add_matrix(float (&fragment)[N / 2], const GlobalMatrix<const T>& c, u32 fragment_row,
                                           u32 fragment_column, FragmentPosition at) {
  const bool pairs = c.has_pairs();
  if (!pairs || fragment_row + fragment_rows > c.rows || fragment_column + N > c.columns) {
    visit_pairs<N>(fragment_row, fragment_column, at, [&](u32 i, u32 row, u32 column) {
      add_elements(c, row, column, pairs, fragment[i], fragment[i + 1]);
    });
    return;
  }
#pragma unroll
  for (u32 half = 0; half < 2; ++half) {
    const T* const from = c.data + (fragment_row + at.row() + 8 * half) * c.pitch + fragment_column + at.column();
#pragma unroll
    for (u32 first = 0; first < N / 8; first += pairs_in_flight) {
      float2 loaded[pairs_in_flight];
#pragma unroll
      for (u32 i = 0; i < pairs_in_flight; ++i) {
        if (first + i < N / 8) load_pair(from + 8 * (first + i), loaded[i].x, loaded[i].y);
      }
#pragma unroll
      for (u32 i = 0; i < pairs_in_flight; ++i) {
        if (first + i >= N / 8) continue;
        float* const pair = &fragment[4 * (first + i) + 2 * half];
        pair[0] += loaded[i].x;
        pair[1] += loaded[i].y;
      }
    }
  }
}

template <u32 N, typename T>
__device__ __forceinline__ void store_guarded(const float (&fragment)[N / 2], const GlobalMatrix<T>& d,
                                              u32 fragment_row, u32 fragment_column, FragmentPosition at) {
  const bool pairs = d.has_pairs();
  visit_pairs<N>(fragment_row, fragment_column, at, [&](u32 i, u32 row, u32 column) {
    store_elements(d, row, column, pairs, fragment[i], fragment[i + 1]);
  });
}

}  // namespace dg
