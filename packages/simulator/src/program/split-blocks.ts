import type { BasicBlock } from './basic-block.js';
import type { Instruction } from './instruction.js';
import type { Statement } from './ptx-body.js';

/** V8 does not optimise functions that are too long. */
const maxBlockInstructions = 60;

export interface BlockGraph {
  readonly blocks: readonly BasicBlock[];
  readonly labels: ReadonlyMap<string, number>;
}

/**
 * Cuts a body into blocks, in the order of the text: at labels, after jumps, and around every instruction that may have
 * to wait, because a block that waits is executed again from its start.
 */
export function splitBlocks(
  statements: readonly Statement[],
  mayWait: (instruction: Instruction) => boolean,
): BlockGraph {
  const blocks: BasicBlock[] = [];
  const labels = new Map<string, number>();
  let current: Instruction[] = [];
  const close = () => {
    if (current.length > 0) blocks.push({ instructions: current });
    current = [];
  };
  for (const statement of statements) {
    if (statement.kind === 'label') {
      close();
      labels.set(statement.name, blocks.length);
      continue;
    }
    const { instruction } = statement;
    if (mayWait(instruction) || current.length >= maxBlockInstructions) close();
    current.push(instruction);
    if (mayWait(instruction) || /^(bra|ret|exit|trap)(\.|$)/.test(instruction.opcode)) close();
  }
  close();
  // A label at the end of the text, and the end of the text itself, leave the kernel.
  blocks.push({ instructions: [] });
  return { blocks, labels };
}
