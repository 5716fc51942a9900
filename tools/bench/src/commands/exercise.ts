import { exerciseKernels } from '../exercise/exercise-kernels.js';
import { kernelDevice } from '../kernel-device.js';

/** Throws DgError when a result is wrong. */
export async function exercise(
  options: { readonly device: string },
  writeLine: (line: string) => void,
): Promise<void> {
  const device = await kernelDevice(options.device);
  let cases = 0;
  await exerciseKernels(device, (name) => {
    cases++;
    writeLine(`pass  ${name}`);
  });
  writeLine(`${cases} cases passed on ${device.name}`);
  device.destroy();
}
