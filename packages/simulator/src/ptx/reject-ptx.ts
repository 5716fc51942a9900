import { DgValidationError } from '@dg/runtime';

/** Throws the DgValidationError for something at a line that the reader does not understand. */
export function rejectPtx(expected: string, line: number, received: string): never {
  throw new DgValidationError(`expected ${expected} for line ${line} of the PTX but received ${received}`);
}
