import { DgUnavailableError, type KernelDevice, requestDevice } from '@dg/runtime';

/** The GPU of an id. Throws DgUnavailableError, with the mend, where there is none. */
export async function kernelDevice(id: string): Promise<KernelDevice> {
  const device = await requestDevice(id);
  if (device.executesKernels) return device;
  throw new DgUnavailableError(
    'gpu-required',
    `expected a device that runs kernels for the benchmark but received ${device.name}.`,
    'Run it on a machine with a GPU that the library can use.',
  );
}
