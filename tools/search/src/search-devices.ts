import { requestDevice } from '@dg/runtime';
import type { CaseSizes, SearchDevices } from '@dg/testing';

/** The device of an id, and the `cpu` device to compare it with. */
export async function searchDevices(id: string): Promise<SearchDevices> {
  // Importing the simulator is what makes its ids known.
  if (id.startsWith('sim:')) await import('@dg/simulator');
  const device = await requestDevice(id);
  return { device, reference: device.kind === 'cpu' ? undefined : await requestDevice('cpu') };
}

/** What a device is fast enough for. */
export function sizesFor(id: string): CaseSizes {
  return id.startsWith('sim:') ? 'small' : 'full';
}

/** How many cases a run has when nothing is said. */
export function caseCountFor(id: string): number {
  if (id.startsWith('sim:')) return 320;
  return id.startsWith('cuda') ? 20_000 : 2000;
}
