#pragma once
#include "dg/types.cuh"

// What of an FP8 cast is fixed when it is compiled, and what it is given at run time.
namespace dg {

// Written by name from the TypeScript descriptor (src/layout/cast-config.ts); a test compares the fields.
struct CastConfig {
  bool float32_input;  // bfloat16 otherwise
  u32 group_rows;      // elements that share a scale: 1 x g, g x 1 or g x g with g = 32 or 128
  u32 group_columns;
  bool ue8m0;    // scales are rounded up to powers of two
  bool aligned;  // rows of x and q start at multiples of 16 bytes
};

// Pitches and strides in elements.
struct CastArguments {
  const void* x;  // [rows, columns]
  i64 x_pitch;
  u8* q;  // [rows, columns], float8_e4m3fn
  i64 q_pitch;
  float* scales;  // [ceil(rows / group_rows), ceil(columns / group_columns)]
  i64 scale_row_stride;
  i64 scale_column_stride;
  i64 rows;
  i64 columns;
  // How far to write. Past the logical extent q and scales are padding, written as zero.
  i64 q_columns;
  i64 scale_rows;
  i64 scale_columns;
  u32 column_tiles;  // of the grid, which walks the tiles row by row
};

// Logical extent of the scales.
template <CastConfig C>
__device__ __forceinline__ bool is_group(const CastArguments& arguments, i64 group_row, i64 group_column) {
  return group_row * C.group_rows < arguments.rows && group_column * C.group_columns < arguments.columns;
}

template <CastConfig C>
__device__ __forceinline__ void store_scale(const CastArguments& arguments, i64 group_row, i64 group_column,
                                            float scale) {
  if (group_row >= arguments.scale_rows || group_column >= arguments.scale_columns) return;
  arguments.scales[group_row * arguments.scale_row_stride + group_column * arguments.scale_column_stride] =
      is_group<C>(arguments, group_row, group_column) ? scale : 0.0f;
}

}  // namespace dg
