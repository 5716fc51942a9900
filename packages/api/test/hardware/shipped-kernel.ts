import type { HostArray, KernelDevice } from '@dg/runtime';

/** One launch of a shipped kernel whose result hardware recorded. */
export interface ShippedKernelCase {
  readonly name: string;
  /** Changes with the inputs and the shape: a recording made with another key is of another case. */
  readonly key: string;
  run(device: KernelDevice): Promise<ShippedOutput>;
  /** How far elements of a recorded row may be off; undefined where every bit is decided. */
  readonly compareRow?: (row: number, recorded: HostArray, received: HostArray) => string | undefined;
  /** Rows to record; only with compareRow. */
  readonly recordedRows?: readonly number[];
}

export interface ShippedOutput {
  /** Every array that the launch made. The first is row-major. */
  readonly arrays: readonly HostArray[];
  readonly columns: number;
}

export function bytesOf(array: HostArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
