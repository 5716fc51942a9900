import type { Instruction } from './instruction.js';

/** Instructions without a label or a jump between them. `program counter` values are indices of blocks. */
export interface BasicBlock {
  readonly instructions: readonly Instruction[];
}
