import { type Device, getAvailability, requestDevice } from '@dg/runtime';
import { chooseDevice } from '../../../src/cli/device-choice.js';

/**
 * The device of `--device`, or the one that the demo would take, and says which it is and why. The simulator is loaded only
 * when it is asked for.
 */
export async function requestExampleDevice(
  option: string | undefined,
  writeLine: (line: string) => void,
): Promise<Device> {
  const { id, explanation } = chooseDevice(option, process.env, getAvailability());
  if (id.startsWith('sim:')) await import('@dg/simulator');
  const device = await requestDevice(id);
  writeLine(`device: ${device.name}, ${device.properties.model} (${explanation})`);
  return device;
}
