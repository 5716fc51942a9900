import { DgError, type KernelSource } from '@dg/jit';
import type { Kernel, KernelDevice } from '@dg/runtime';

/** A kernel, or why there is none. */
export type PreparedKernel = Kernel | DgError;

/** Compiles (one compiler per core) or finds in the cache, and loads. By the code of the source. */
export async function prepareKernels(
  device: KernelDevice,
  sources: readonly KernelSource[],
): Promise<ReadonlyMap<string, PreparedKernel>> {
  const distinct = new Map(sources.map((source) => [source.code, source]));
  const prepared = await Promise.all(
    [...distinct].map(async ([code, source]) => [code, await prepare(device, source)] as const),
  );
  return new Map(prepared);
}

async function prepare(device: KernelDevice, source: KernelSource): Promise<PreparedKernel> {
  try {
    return await device.prepareKernel(source);
  } catch (error) {
    if (DgError.isInstance(error)) return error;
    throw error;
  }
}
