import type { Availability } from '@dg/runtime';

/** Which device a command uses, and a sentence that says why. */
export interface DeviceChoice {
  readonly id: string;
  readonly explanation: string;
}

/** The option decides, then DG_DEVICE, then what the machine has. */
export function chooseDevice(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  availability: Availability,
): DeviceChoice {
  if (option !== undefined) return { id: option, explanation: 'chosen by --device' };
  const variable = env['DG_DEVICE'];
  if (variable !== undefined && variable !== '') return { id: variable, explanation: 'chosen by DG_DEVICE' };
  if (availability.available) return { id: 'cuda', explanation: 'the first usable GPU' };
  return {
    id: 'cpu',
    explanation: `no usable GPU (${availability.reason}): ${availability.message} ${availability.mend}`,
  };
}
