import { DgError } from './dg-error.js';

export interface CompileFailure {
  /** What went wrong, without the log. */
  readonly message: string;
  /** The compiler's own output, complete. */
  readonly log: string;
  /** The command that was run, one element per argument. */
  readonly command: readonly string[];
}

/** A kernel did not compile: the compiler rejected it, died, hung or wrote nothing. */
export class DgCompileError extends DgError {
  readonly log: string;
  readonly command: readonly string[];

  constructor(failure: CompileFailure, options?: ErrorOptions) {
    super(
      'DG_COMPILE_FAILED',
      `${failure.message}\ncommand: ${failure.command.join(' ')}\n${failure.log}`,
      options,
    );
    this.log = failure.log;
    this.command = failure.command;
  }
}
