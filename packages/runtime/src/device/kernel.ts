import type { DeviceBuffer } from './device-buffer.js';
import type { Stream } from './stream.js';
import type { TensorMap } from './tensor-map.js';

export type Dim3 = readonly [x: number, y: number, z: number];

/**
 * Kernel arguments in the order of the kernel's parameters. With `readOnly` the kernel promises not to write to the buffer
 * through this argument: see `DeviceBuffer.mayBeWritten`.
 */
export type KernelArgument =
  | { readonly type: 'tensorMap'; readonly map: TensorMap; readonly readOnly?: boolean }
  | {
      readonly type: 'address';
      readonly buffer: DeviceBuffer;
      readonly byteOffset: number;
      readonly readOnly?: boolean;
    }
  | { readonly type: 'null' }
  | { readonly type: 'int32' | 'uint32' | 'float32'; readonly value: number }
  /** 64 bits; `value` is an integer below 2^53 in magnitude. */
  | { readonly type: 'int64'; readonly value: number };

export interface Launch {
  readonly grid: Dim3;
  readonly block: Dim3;
  readonly cluster?: Dim3;
  readonly dynamicSharedMemoryBytes?: number;
  /**
   * Programmatic dependent launch: the grid may start before the one queued before it has finished.
   * Only for kernels that execute griddepcontrol.wait.
   */
  readonly dependentLaunch?: boolean;
  readonly stream?: Stream;
  readonly arguments: readonly KernelArgument[];
}

/** A loaded kernel of one device. */
export interface Kernel {
  readonly name: string;
  /** Validates, encodes the tensor maps and enqueues. Returns without waiting. */
  launch(launch: Launch): void;
  /** Validates and encodes for any number of launches, which say on which stream. Absent where that would spare nothing. */
  prepare?(launch: Launch): PreparedLaunch;
}

/** A launch that was validated and encoded. Does not keep its buffers from being collected. */
export interface PreparedLaunch {
  /** Enqueues. Throws DgValidationError when a buffer's memory has been freed. */
  launch(stream?: Stream): void;
}
