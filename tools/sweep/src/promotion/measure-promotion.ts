import type { KernelDevice } from '@dg/runtime';
import { promotionKernel, resultsPerBlock } from './promotion-kernel.js';
import { type PromotionVariant, promotionVariantName, tensorCycles } from './promotion-variant.js';

export interface PromotionRow {
  readonly name: string;
  /** What the tensor cores need for a stage, and what it took, in cycles of an SM. */
  readonly tensorCycles: number;
  readonly cycles: number;
  /** Of a round of what the other warpgroup does; undefined where there is none. */
  readonly noiseCycles: number | undefined;
}

export interface PromotionEffort {
  /** Of the loop over the stages. */
  readonly passes: number;
  /** One CTA for each. */
  readonly blocks: number;
  readonly clock: boolean;
}

const sourceBytes = 32_768;

/** Cycles of a stage, in the mean of all CTAs, of the slowest warpgroup. The second of two launches counts. */
export async function measurePromotion(
  device: KernelDevice,
  variant: PromotionVariant,
  { passes, blocks, clock }: PromotionEffort,
): Promise<PromotionRow> {
  const { source, threads, sharedMemoryBytes } = promotionKernel(variant, clock);
  const kernel = await device.prepareKernel(source);
  const results = device.zeros([blocks, resultsPerBlock], 'float32');
  const copied = device.zeros([sourceBytes], 'uint8');
  try {
    for (let launch = 0; launch < 2; launch++) {
      kernel.launch({
        grid: [blocks, 1, 1],
        block: [threads, 1, 1],
        dynamicSharedMemoryBytes: sharedMemoryBytes,
        arguments: [
          { type: 'address', buffer: results.buffer, byteOffset: 0 },
          { type: 'address', buffer: copied.buffer, byteOffset: 0 },
          { type: 'uint32', value: passes },
        ],
      });
    }
    const all = (await results.read()) as Float32Array;
    const meanOf = (place: number) => {
      let sum = 0;
      for (let block = 0; block < blocks; block++) sum += all[block * resultsPerBlock + place]!;
      return sum / blocks;
    };
    return {
      name: promotionVariantName(variant),
      tensorCycles: tensorCycles(variant),
      cycles: Math.max(...Array.from({ length: variant.warpgroups }, (_, index) => meanOf(index))),
      noiseCycles: variant.noise === 'none' ? undefined : meanOf(variant.warpgroups),
    };
  } finally {
    results.destroy();
    copied.destroy();
  }
}
