import { DgError } from './dg-error.js';

/** Something this machine would need is not there. `reason` is a stable code, `mend` says what to do. */
export class DgUnavailableError extends DgError {
  readonly reason: string;
  readonly mend: string;

  constructor(reason: string, message: string, mend: string, options?: ErrorOptions) {
    super('DG_UNAVAILABLE', `${message} ${mend}`, options);
    this.reason = reason;
    this.mend = mend;
  }
}
