import { ceilDiv } from '@dg/runtime';

/** A group of K, in blocks of K and in units of several blocks, of which each group starts a new one. */
export interface HostKGroup {
  readonly firstBlock: number;
  readonly blocks: number;
  readonly firstUnit: number;
}

/**
 * Where the groups lie that are laid end to end, those without blocks left out. As in the kernels, none reaches past
 * `totalBlocks`, whatever `ks` holds: a negative size counts as 0, and what does not fill a block is not counted.
 */
export function hostKGroups(
  ks: Int32Array,
  kPerBlock: number,
  blocksPerUnit: number,
  totalBlocks: number,
): HostKGroup[] {
  const groups: HostKGroup[] = [];
  let firstBlock = 0;
  let firstUnit = 0;
  for (const k of ks) {
    const blocks = Math.floor(Math.max(k, 0) / kPerBlock);
    const within = Math.min(firstBlock + blocks, totalBlocks) - firstBlock;
    if (within > 0) groups.push({ firstBlock, blocks: within, firstUnit });
    firstBlock += blocks;
    firstUnit += ceilDiv(blocks, blocksPerUnit);
  }
  return groups;
}
