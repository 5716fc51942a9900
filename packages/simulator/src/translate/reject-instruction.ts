import { DgValidationError } from '@dg/runtime';
import type { Instruction } from '../program/instruction.js';

/** What is not implemented is an error that names the instruction and its line, never a guess. */
export function rejectInstruction(instruction: Instruction, expected: string, received: string): never {
  throw new DgValidationError(
    `expected ${expected} for ${instruction.opcode} in line ${instruction.line} of the PTX but received ${received}`,
  );
}
