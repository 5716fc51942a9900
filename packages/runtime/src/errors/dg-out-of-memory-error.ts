import { DgError } from '@dg/jit';

/** The device or the host could not give the memory asked for. Nothing was lost; free some and try again. */
export class DgOutOfMemoryError extends DgError {
  readonly byteLength: number;

  constructor(byteLength: number, message: string, options?: ErrorOptions) {
    super('DG_OUT_OF_MEMORY', message, options);
    this.byteLength = byteLength;
  }
}
