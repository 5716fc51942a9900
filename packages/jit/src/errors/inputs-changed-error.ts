import { DgUnavailableError } from './dg-unavailable-error.js';

/**
 * What a compiler was given to read changed while it ran, so nobody can say which key its kernel belongs to. It reaches a
 * caller only when that has happened in each of several runs.
 */
export class InputsChangedError extends DgUnavailableError {
  /** @param change `its headers were written to`. */
  constructor(kernel: string, change: string) {
    super(
      'compile-inputs-changed',
      `expected everything that kernel ${kernel} is compiled from to stay as it is meanwhile but received a change: ${change}.`,
      'Compile again when nobody writes to the headers or to the compiler any more.',
    );
  }
}
