import { DgError } from './dg-error.js';

/** An argument, option or environment variable is wrong. Raised before anything is enqueued. */
export class DgValidationError extends DgError {
  constructor(message: string, options?: ErrorOptions) {
    super('DG_INVALID_ARGUMENT', message, options);
  }
}
