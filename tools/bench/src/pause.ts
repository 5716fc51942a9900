import { setTimeout } from 'node:timers/promises';

/** Lets the card cool down. */
export async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await setTimeout(milliseconds);
}
