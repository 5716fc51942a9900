import { DgValidationError } from '@dg/jit';

/** Throws the error of a wrong argument: `operation: expected X for Y but received Z`. */
export function reject(operation: string, expected: string, received: string): never {
  throw new DgValidationError(`${operation}: expected ${expected} but received ${received}`);
}
