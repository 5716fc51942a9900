import { createHash } from 'node:crypto';
import type { Dim3, TensorMap } from '@dg/runtime';

/** A tensor map over one of the probe's buffers. */
export interface ProbeMap extends Omit<TensorMap, 'buffer' | 'byteOffset' | 'l2PromotionBytes'> {
  /** Index of an input. */
  readonly over: 'output' | number;
}

export type Comparison =
  | { readonly kind: 'exact' }
  /** Of float32: |error| is at most this share of the largest value, or of 1 where that is smaller. */
  | { readonly kind: 'bound'; readonly shareOfLargest: number; readonly reason: string };

/**
 * A small kernel whose output shows what an instruction does. Its parameters are the output, a status word, the inputs
 * and the tensor maps, in this order (see kernelText).
 */
export interface Probe {
  readonly name: string;
  readonly ptx: string;
  readonly grid: Dim3;
  readonly block: Dim3;
  readonly cluster?: Dim3;
  readonly dynamicSharedMemoryBytes: number;
  readonly inputs: readonly Uint8Array[];
  readonly tensorMaps: readonly ProbeMap[];
  /** The output before the launch: what must not be written keeps it. */
  readonly output: Uint8Array;
  readonly outputType: 'bytes' | 'float32';
  readonly comparison: Comparison;
  /** What the simulator may still refuse as not implemented: the comparison is then skipped, loudly. */
  readonly needs?: string;
}

export const exact: Comparison = { kind: 'exact' };

/** Changes with everything that decides the output: a recording made with another key is of another probe. */
export function probeKey(probe: Probe): string {
  const { ptx, grid, block, cluster, dynamicSharedMemoryBytes, inputs, tensorMaps, output } = probe;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([ptx, grid, block, cluster ?? null, dynamicSharedMemoryBytes, tensorMaps]));
  for (const bytes of [...inputs, output]) hash.update(`${bytes.byteLength}:`).update(bytes);
  return hash.digest('hex').slice(0, 16);
}
