import type { CallOptions } from '@dg/api';
import type { InputPlace } from '../gemms/gemm-case.js';

/** What only moves memory: casts to FP8 (of bfloat16, or `_f32`), copies of FP8 operands, layouts of scales. */
export const memoryOperations = [
  'cast_per_token',
  'cast_per_token_f32',
  'cast_per_channel',
  'cast_per_channel_f32',
  'cast_per_block',
  'cast_per_block_f32',
  'transpose_fp8',
  'repack_k_grouped_fp8',
  'scales_mn_major',
  'scales_pack_ue8m0',
  'scales_pack_k_grouped',
  'scales_unpack_ue8m0',
] as const;

export type MemoryOperation = (typeof memoryOperations)[number];

/** One such operation on one shape, without memory. */
export interface MemoryCase {
  readonly op: MemoryOperation;
  readonly shape: readonly number[];
  /** Every byte read once and every byte written once. */
  readonly bytes: number;
  createSet(place: InputPlace, seed: number): MemorySet;
}

/** Inputs and output of one call. */
export interface MemorySet {
  callWith(options: Pick<CallOptions, 'stream'>): () => void;
  /** Compares a part of the output with the reference, bit for bit. Throws DgError when it differs. */
  check(): Promise<void>;
  destroy(): void;
}
