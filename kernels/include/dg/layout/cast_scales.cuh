#pragma once
#include "dg/layout/cast_config.cuh"

// Where a cast puts its scales.
namespace dg {

// Logical extent of the scales.
template <CastConfig C>
__device__ __forceinline__ bool is_group(const CastArguments& arguments, i64 group_row, i64 group_column) {
  return group_row * C.group_rows < arguments.rows && group_column * C.group_columns < arguments.columns;
}

// Code j of a word is byte j. Per channel K runs along the rows, otherwise along the columns.
template <CastConfig C>
__device__ __forceinline__ u8* code_address(const CastArguments& arguments, i64 row, i64 column) {
  constexpr bool k_along_rows = C.group_columns == 1;
  const i64 word = k_along_rows ? row / 4 * arguments.scale_row_stride + column * arguments.scale_column_stride
                                : row * arguments.scale_row_stride + column / 4 * arguments.scale_column_stride;
  return static_cast<u8*>(arguments.scales) + 4 * word + (k_along_rows ? row : column) % 4;
}

// The ue8m0 code of a scale that is a power of two.
__device__ __forceinline__ u32 code_of_scale(float scale) { return __float_as_uint(scale) >> 23; }

template <CastConfig C>
__device__ __forceinline__ void store_scale(const CastArguments& arguments, i64 group_row, i64 group_column,
                                            float scale) {
  if (group_row >= arguments.scale_rows || group_column >= arguments.scale_columns) return;
  const float stored = is_group<C>(arguments, group_row, group_column) ? scale : 0.0f;
  if constexpr (C.packed) {
    *code_address<C>(arguments, group_row, group_column) = static_cast<u8>(code_of_scale(stored));
  } else {
    static_cast<float*>(arguments.scales)[group_row * arguments.scale_row_stride +
                                          group_column * arguments.scale_column_stride] = stored;
  }
}

// One row's share of the code of a group of g x g.
template <CastConfig C>
__device__ __forceinline__ void store_row_code(const CastArguments& arguments, i64 row, i64 group_column, u32 code) {
  if (row >= arguments.scale_rows || group_column >= arguments.scale_columns) return;
  const bool inside = row < arguments.rows && group_column * C.group_columns < arguments.columns;
  *code_address<C>(arguments, row, group_column) = static_cast<u8>(inside ? code : 0);
}

}  // namespace dg
