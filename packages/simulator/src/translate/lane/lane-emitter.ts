import type { OperandCode } from '../operand-code.js';

/**
 * JavaScript that executes an instruction for lane `l`. `modifiers` are the opcode's parts after the first dot.
 * Undefined when these modifiers are not implemented.
 */
export type LaneEmitter = (code: OperandCode, modifiers: readonly string[]) => string | undefined;
