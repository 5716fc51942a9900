import { configLiteral } from '../config-literal.js';
import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';

/**
 * What of the packing of scales is fixed when it is compiled. `PackUe8m0Config` in include/dg/layout/pack_ue8m0.cuh has
 * the same fields.
 */
export interface PackUe8m0Config {
  /** Scales are rounded up to powers of two; otherwise those that are none become NaN. */
  readonly round: boolean;
  /** Columns belong to groups, each of which starts a new word. */
  readonly kGrouped: boolean;
  /**
   * Accesses of 16 bytes along MN: mnStride and rowsPerScale are 1, and the addresses of source and destination,
   * batchStride and kStride are multiples of 16 bytes.
   */
  readonly vectors: boolean;
}

/** Words that one CTA makes, four of a column for each thread. */
export interface PackUe8m0Tile {
  readonly mn: number;
  readonly words: number;
  /** Threads of the CTA. */
  readonly threads: number;
}

const scalarTile: PackUe8m0Tile = { mn: 32, words: 32, threads: 256 };
const vectorTile: PackUe8m0Tile = { mn: 128, words: 16, threads: 128 };

export function packUe8m0Tile(config: PackUe8m0Config): PackUe8m0Tile {
  return config.vectors ? vectorTile : scalarTile;
}

const choices = [false, true] as const;

/** Every configuration that packing can choose. */
export const packUe8m0Configs: readonly PackUe8m0Config[] = choices.flatMap((vectors) =>
  choices.flatMap((kGrouped) => choices.map((round) => ({ round, kGrouped, vectors }))),
);

/**
 * float32 [batches, ceilDiv(mn, rowsPerScale), k] of any strides → packed UE8M0, MN-major and TMA-aligned. Kernel
 * parameters, in order (strides in elements): source, int64 batchStride, int64 mnStride, int64 kStride,
 * int64 rowsPerScale, destination, int64 mn, int64 alignedMn, int64 k, int64 words, uint32 mnTiles, uint32 wordTiles,
 * ks, uint32 groups, uint32 kPerScale. The last three are read with kGrouped only, where batches is 1.
 * Grid (mnTiles · wordTiles · batches, 1, 1), with mnTiles covering alignedMn.
 */
export function packUe8m0Kernel(config: PackUe8m0Config): KernelSource {
  const { round, kGrouped, vectors } = config;
  const { mn, words, threads } = packUe8m0Tile(config);
  return {
    name: `pack-ue8m0${kGrouped ? '-k-grouped' : ''}${round ? '-round' : ''}${vectors ? '-vectors' : ''}`,
    entry: 'dg_pack_ue8m0',
    code: `#include "dg/layout/pack_ue8m0.cuh"

extern "C" __global__ void __launch_bounds__(${threads})
    dg_pack_ue8m0(const float* source, dg::i64 batch_stride, dg::i64 mn_stride, dg::i64 k_stride,
                  dg::i64 rows_per_scale, dg::u32* destination, dg::i64 mn, dg::i64 aligned_mn, dg::i64 k,
                  dg::i64 words, dg::u32 mn_tiles, dg::u32 word_tiles, const dg::i32* ks, dg::u32 groups,
                  dg::u32 k_per_scale) {
  constexpr dg::PackUe8m0Config config = ${configLiteral({ ...config })};
  using Tile = dg::PackUe8m0Tile<config>;
  static_assert(Tile::mn == ${mn} && Tile::words == ${words} && Tile::threads == ${threads},
                "the launch divides the matrix as the kernel does");
  dg::pack_ue8m0<config>({source, batch_stride, mn_stride, k_stride, rows_per_scale, destination, mn, aligned_mn, k,
                          words, mn_tiles, word_tiles,
                          {ks, groups, k_per_scale, dg::ue8m0_codes_per_word, k}});
}
`,
    includeRoots: [kernelIncludeRoot],
    strict: true,
  };
}
