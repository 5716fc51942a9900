import type { Warp } from './warp.js';

/** Lanes of a warp that wait for the same thing. */
export interface Waiter {
  readonly warp: Warp;
  readonly mask: number;
}
