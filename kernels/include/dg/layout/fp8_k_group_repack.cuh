#pragma once
#include "dg/layout/byte_chunk.cuh"
#include "dg/layout/k_group.cuh"

// K-major blocks [mn, ks[g]], one group's behind the other, to one K-major matrix [mn, sum of ks].
namespace dg {

// A CTA copies rows of one block of K, which belongs to one group.
struct Fp8KGroupRepackTile {
  static constexpr u32 rows = 128;
  static constexpr u32 k = 128;
  static constexpr u32 chunks = k / chunk_bytes;
  static constexpr u32 threads = 256;
};

struct Fp8KGroupRepackArguments {
  const u8* source;  // mn * total_blocks * 128 bytes
  u8* destination;   // rows start at multiples of 16 bytes
  i64 destination_pitch;
  i64 mn;
  u32 block_tiles;  // of the grid, which walks the blocks of K of some rows, then those of the next rows
  u32 source_aligned;
  KGroups groups;
};

__device__ __forceinline__ void fp8_k_group_repack(const Fp8KGroupRepackArguments& arguments) {
  using Tile = Fp8KGroupRepackTile;
  const i64 block = blockIdx.x % arguments.block_tiles;
  const i64 tile_row = static_cast<i64>(blockIdx.x / arguments.block_tiles) * Tile::rows;
  const u32 chunk = threadIdx.x % Tile::chunks;
  const u32 line = threadIdx.x / Tile::chunks;

  // The blocks past the last group are zeros: they add nothing to a product.
  const KGroup group = find_k_group(arguments.groups, block);
  const bool filled = block < group.first_block + group.blocks;
  const i64 group_pitch = group.blocks * Tile::k;
  const u8* const source = arguments.source + group.first_block * Tile::k * arguments.mn +
                           (block - group.first_block) * Tile::k + chunk * chunk_bytes;
  u8* const destination = arguments.destination + block * Tile::k + chunk * chunk_bytes;

  constexpr u32 lines = Tile::threads / Tile::chunks;
#pragma unroll
  for (u32 pass = 0; pass < Tile::rows / lines; ++pass) {
    const i64 row = tile_row + pass * lines + line;
    const i64 available = row < arguments.mn ? chunk_bytes : 0;
    const ByteChunk bytes =
        load_chunk(source + row * group_pitch, filled ? available : 0, arguments.source_aligned != 0);
    store_chunk(destination + row * arguments.destination_pitch, available, bytes);
  }
}

}  // namespace dg
