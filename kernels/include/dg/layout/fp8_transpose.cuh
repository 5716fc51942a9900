#pragma once
#include "dg/layout/byte_chunk.cuh"

// [batches, rows, columns] bytes with contiguous columns to [batches, columns, rows] with contiguous rows. WGMMA takes
// FP8 operands K-major only (PTX ISA 9.7.15.5.2: imm-trans-a and imm-trans-b are for 16-bit types).
namespace dg {

// A thread transposes a patch of 4 rows x 16 columns in registers; the patches meet in shared memory.
struct Fp8TransposeTile {
  static constexpr u32 edge = 128;
  static constexpr u32 chunks = edge / chunk_bytes;
  static constexpr u32 patch_rows = 4;
  static constexpr u32 threads = chunks * edge / patch_rows;
};

// Pitches and strides in elements.
struct Fp8TransposeArguments {
  const u8* source;
  i64 source_batch_stride;
  i64 source_pitch;
  u8* destination;  // rows start at multiples of 16 bytes
  i64 destination_batch_stride;
  i64 destination_pitch;
  i64 rows;
  i64 columns;
  u32 row_tiles;
  u32 column_tiles;
  u32 source_aligned;  // rows of the source start at multiples of 16 bytes
};

// [column][chunk of rows]. Reads take the 8 chunks of a column, and any order of them is free of conflicts. Writes
// take one word of 8 columns that are 16 apart: the order differs between these, so that they fall into 8 chunks.
struct TransposedTile {
  ByteChunk chunks[Fp8TransposeTile::edge][Fp8TransposeTile::chunks];

  __device__ __forceinline__ ByteChunk& at(u32 column, u32 chunk) {
    return chunks[column][chunk ^ column / chunk_bytes % Fp8TransposeTile::chunks];
  }
};

// Four words of four bytes: byte j of word i becomes byte i of word j (PTX ISA 9.7.9.7, prmt).
__device__ __forceinline__ void transpose_4x4(u32& a, u32& b, u32& c, u32& d) {
  const u32 low_ab = __byte_perm(a, b, 0x5140);
  const u32 low_cd = __byte_perm(c, d, 0x5140);
  const u32 high_ab = __byte_perm(a, b, 0x7362);
  const u32 high_cd = __byte_perm(c, d, 0x7362);
  a = __byte_perm(low_ab, low_cd, 0x5410);
  b = __byte_perm(low_ab, low_cd, 0x7632);
  c = __byte_perm(high_ab, high_cd, 0x5410);
  d = __byte_perm(high_ab, high_cd, 0x7632);
}

__device__ __forceinline__ void fp8_transpose(const Fp8TransposeArguments& arguments) {
  using Tile = Fp8TransposeTile;
  __shared__ TransposedTile tile;

  const i64 tile_column = static_cast<i64>(blockIdx.x % arguments.column_tiles) * Tile::edge;
  const i64 tile_row = static_cast<i64>(blockIdx.x / arguments.column_tiles % arguments.row_tiles) * Tile::edge;
  const i64 batch = blockIdx.x / arguments.column_tiles / arguments.row_tiles;
  const u32 chunk = threadIdx.x % Tile::chunks;
  const u32 line = threadIdx.x / Tile::chunks;

  const u8* const source = arguments.source + batch * arguments.source_batch_stride;
  const i64 column = tile_column + chunk * chunk_bytes;
  ByteChunk patch[Tile::patch_rows];
#pragma unroll
  for (u32 i = 0; i < Tile::patch_rows; ++i) {
    const i64 row = tile_row + line * Tile::patch_rows + i;
    const i64 available = row < arguments.rows ? arguments.columns - column : 0;
    patch[i] = load_chunk(source + row * arguments.source_pitch + column, available, arguments.source_aligned != 0);
  }
#pragma unroll
  for (u32 w = 0; w < chunk_words; ++w) {
    transpose_4x4(patch[0].words[w], patch[1].words[w], patch[2].words[w], patch[3].words[w]);
#pragma unroll
    for (u32 i = 0; i < 4; ++i) {
      tile.at(chunk * chunk_bytes + 4 * w + i, line / chunk_words).words[line % chunk_words] = patch[i].words[w];
    }
  }
  __syncthreads();

  u8* const destination = arguments.destination + batch * arguments.destination_batch_stride;
  const i64 row = tile_row + chunk * chunk_bytes;
  constexpr u32 lines = Tile::threads / Tile::chunks;
#pragma unroll
  for (u32 pass = 0; pass < Tile::edge / lines; ++pass) {
    const u32 tile_line = pass * lines + line;
    const i64 destination_row = tile_column + tile_line;
    const i64 available = destination_row < arguments.columns ? arguments.rows - row : 0;
    store_chunk(destination + destination_row * arguments.destination_pitch + row, available,
                tile.at(tile_line, chunk));
  }
}

}  // namespace dg
