import { DgValidationError } from '@dg/runtime';

/** Throws the DgValidationError for something that the tensor hardware would not accept. */
export function rejectTensor(expected: string, subject: string, received: unknown): never {
  throw new DgValidationError(`expected ${expected} for ${subject} but received ${String(received)}`);
}
