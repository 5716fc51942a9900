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
  bool packed;   // and stored as codes, four along K to a word; groups of g x g then store a code for each row
  bool aligned;  // rows of x and q start at multiples of 16 bytes
};

// Pitches and strides in elements.
struct CastArguments {
  const void* x;  // [batches, rows, columns]
  i64 x_batch_stride;
  i64 x_pitch;
  u8* q;  // [batches, rows, columns], float8_e4m3fn
  i64 q_batch_stride;
  i64 q_pitch;
  void* scales;  // float [batches, ceil(rows / group_rows), ceil(columns / group_columns)], or words of codes
  i64 scale_batch_stride;
  i64 scale_row_stride;
  i64 scale_column_stride;
  i64 rows;
  i64 columns;
  // How far to write, the scales in scales or codes. Past the logical extent q and scales are padding, written as zero.
  i64 q_columns;
  i64 scale_rows;
  i64 scale_columns;
  // Of the grid, which walks the tiles row by row, batch by batch.
  u32 row_tiles;
  u32 column_tiles;
};

// First element of the CTA's tile.
struct CastTilePosition {
  i64 row;
  i64 column;
};

template <u32 TileRows, u32 TileColumns>
__device__ __forceinline__ CastTilePosition cast_tile_position(const CastArguments& arguments) {
  return {static_cast<i64>(blockIdx.x / arguments.column_tiles % arguments.row_tiles) * TileRows,
          static_cast<i64>(blockIdx.x % arguments.column_tiles) * TileColumns};
}

// The same cast of the CTA's batch alone.
template <CastConfig C>
__device__ __forceinline__ CastArguments cast_of_batch(CastArguments arguments) {
  constexpr u32 input_bytes = C.float32_input ? 4 : 2;
  constexpr u32 scale_bytes = 4;
  const i64 batch = blockIdx.x / arguments.column_tiles / arguments.row_tiles;
  arguments.x = static_cast<const u8*>(arguments.x) + batch * arguments.x_batch_stride * input_bytes;
  arguments.q += batch * arguments.q_batch_stride;
  arguments.scales = static_cast<u8*>(arguments.scales) + batch * arguments.scale_batch_stride * scale_bytes;
  return arguments;
}

}  // namespace dg
