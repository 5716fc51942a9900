import { exerciseKernels } from '../exercise/exercise-kernels.js';
import { kernelDevice } from '../kernel-device.js';

/**
 * Throws DgError when a result is wrong.
 *
 * @param options.only the cases whose names contain this text; all of them when left out.
 */
export async function exercise(
  { device: id, only = '' }: { readonly device: string; readonly only?: string },
  writeLine: (line: string) => void,
): Promise<void> {
  const device = await kernelDevice(id);
  let cases = 0;
  const isWanted = (name: string) => name.includes(only);
  await exerciseKernels(device, isWanted, (name) => {
    cases++;
    writeLine(`pass  ${name}`);
  });
  writeLine(`${cases} cases passed on ${device.name}`);
  device.destroy();
}
