import type { Warp } from '../machine/warp.js';
import type { PtxEntry } from '../ptx/ptx-module.js';
import type { BasicBlock } from './basic-block.js';
import type { RegisterUse } from './register-use.js';

/**
 * Executes a block for the active lanes of a warp. Returns the next program counter of all of them, `waiting` when the
 * block has to be executed again later, or `scattered` when it has set the lanes' program counters itself.
 */
export type BlockFunction = (warp: Warp, mask: number) => number;

export const waiting = -1;
export const scattered = -2;
/** The program counter of lanes that have left the kernel. */
export const exited = 0x7fffffff;

export interface Program {
  readonly name: string;
  readonly entry: PtxEntry;
  readonly blocks: readonly BasicBlock[];
  readonly functions: readonly BlockFunction[];
  /** By block. */
  readonly registerUse: readonly RegisterUse[];
  /** By plane and then predicate, as the PTX calls them. */
  readonly registerNames: readonly string[];
  readonly planeCount: number;
  readonly predicateCount: number;
  /** Variables with a size; what the launch gives comes after them. */
  readonly staticSharedMemoryBytes: number;
}
