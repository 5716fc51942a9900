import type { GemmConfig } from '@dg/kernels';
import type { SelectionDevice } from './selection-device.js';

/**
 * CTAs that may be at work at a time. Where not all multiprocessors are allowed, one for each: the hardware spreads CTAs
 * over all of them before it puts two on one.
 */
export function blocksAtATime(
  { blocksPerSm = 1 }: GemmConfig,
  { multiprocessorCount, numSms = multiprocessorCount }: SelectionDevice,
): number {
  return numSms < multiprocessorCount ? numSms : multiprocessorCount * blocksPerSm;
}
