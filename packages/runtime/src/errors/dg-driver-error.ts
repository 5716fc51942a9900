import { DgError } from '@dg/jit';

/** The CUDA driver refused a call, or reports a fault of earlier work. */
export class DgDriverError extends DgError {
  /** Name of the CUresult, for example `CUDA_ERROR_ILLEGAL_ADDRESS`. */
  readonly result: string;
  /** The driver function that returned it. */
  readonly call: string;

  constructor(result: string, call: string, detail: string, options?: ErrorOptions) {
    super('DG_DRIVER_ERROR', `${call} failed with ${result}: ${detail}`, options);
    this.result = result;
    this.call = call;
  }
}
