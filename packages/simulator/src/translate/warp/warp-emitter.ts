import type { OperandCode } from '../operand-code.js';

/**
 * JavaScript that executes an instruction once for the active lanes of warp `w`, whose mask is `m`, on the machine `M`.
 * An instruction that may have to wait gives an expression that is false while it waits: it is then executed again when
 * the warp is woken.
 */
export interface WarpCode {
  readonly statements: string;
  /** An expression; the instruction is over once it is true. */
  readonly waitsUntil?: string;
}

export type WarpEmitter = (code: OperandCode, modifiers: readonly string[]) => WarpCode | undefined;
