import { DgDriverError } from '../errors/dg-driver-error.js';
import { DgOutOfMemoryError } from '../errors/dg-out-of-memory-error.js';
import { isNativeFailure } from '../native/is-native-failure.js';

/**
 * Results after which the CUDA context refuses all further work (CUDA driver API, "CUresult": "this leaves the
 * process in an inconsistent state"). No call repairs such a context.
 */
const stickyResults: ReadonlySet<string> = new Set([
  'CUDA_ERROR_ECC_UNCORRECTABLE',
  'CUDA_ERROR_NVLINK_UNCORRECTABLE',
  'CUDA_ERROR_ILLEGAL_ADDRESS',
  'CUDA_ERROR_LAUNCH_TIMEOUT',
  'CUDA_ERROR_CONTEXT_IS_DESTROYED',
  'CUDA_ERROR_ASSERT',
  'CUDA_ERROR_HARDWARE_STACK_ERROR',
  'CUDA_ERROR_ILLEGAL_INSTRUCTION',
  'CUDA_ERROR_MISALIGNED_ADDRESS',
  'CUDA_ERROR_INVALID_ADDRESS_SPACE',
  'CUDA_ERROR_INVALID_PC',
  'CUDA_ERROR_LAUNCH_FAILED',
  'CUDA_ERROR_TENSOR_MEMORY_LEAK',
  'CUDA_ERROR_CONTAINED',
  'CUDA_ERROR_EXTERNAL_DEVICE',
  'CUDA_ERROR_UNKNOWN',
]);

/** Whether a device still works, and the one place where native errors become errors of this library. */
export class DeviceHealth {
  readonly #deviceName: string;
  #fault: DgDriverError | undefined;

  constructor(deviceName: string) {
    this.#deviceName = deviceName;
  }

  get lost(): boolean {
    return this.#fault !== undefined;
  }

  /** Throws DgDriverError when an earlier fault has taken the device. */
  assertUsable(): void {
    if (this.#fault !== undefined) throw this.#lostError(this.#fault);
  }

  /**
   * The error to throw for what the binding threw. `byteLength` is what an allocation asked for, in bytes;
   * 0 when the call was no allocation. Errors without a CUresult are defects of this library and stay as they are.
   */
  translate(error: unknown, byteLength = 0): unknown {
    if (!isNativeFailure(error)) return error;
    if (error.cuResultName === 'CUDA_ERROR_OUT_OF_MEMORY') {
      return new DgOutOfMemoryError(
        byteLength,
        `expected ${byteLength > 0 ? `${byteLength} bytes of` : 'enough'} memory on ${this.#deviceName} for ` +
          `${error.cuCall} but received ${error.cuResultName}; free some and try again`,
        { cause: error },
      );
    }
    if (this.#fault !== undefined) return this.#lostError(this.#fault);
    const sticky = stickyResults.has(error.cuResultName);
    const detail = sticky
      ? `work queued earlier on ${this.#deviceName} faulted and the device is lost; restart the process to use it again. ${error.message}`
      : error.message;
    const translated = new DgDriverError(error.cuResultName, error.cuCall, detail, { cause: error });
    if (sticky) this.#fault = translated;
    return translated;
  }

  #lostError(fault: DgDriverError): DgDriverError {
    return new DgDriverError(
      fault.result,
      fault.call,
      `${this.#deviceName} was lost by this earlier fault; restart the process to use it again`,
      { cause: fault },
    );
  }
}
