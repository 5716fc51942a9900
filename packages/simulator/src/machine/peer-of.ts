import type { Cta } from './cta.js';
import { Fault } from './fault.js';
import { rankOf } from './shared-address.js';
import type { Warp } from './warp.js';

/** The CTA of the cluster that an address names. */
export function ctaOf(warp: Warp, address: number, lane: number): Cta {
  const rank = rankOf(address);
  const own = warp.cta;
  if (rank === undefined || rank === own.rank) return own;
  const peer = own.peers[rank];
  if (peer === undefined) {
    throw new Fault('bounds', `expected a rank below ${own.clusterSize} but received ${rank}`, lane);
  }
  return peer;
}

/** As `ctaOf`; notes that a CTA's memory was touched from outside. */
export function peerOf(warp: Warp, address: number, lane: number): Cta {
  const cta = ctaOf(warp, address, lane);
  if (cta !== warp.cta) cta.exit.touchFrom(warp, lane);
  return cta;
}
