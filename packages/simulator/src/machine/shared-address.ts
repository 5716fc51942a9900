/** Cluster addresses carry the rank of their CTA above the offset (PTX ISA 5.2, shared::cluster). */
const rankShift = 24;
const offsetMask = (1 << rankShift) - 1;

export function clusterAddress(offset: number, rank: number): number {
  return ((rank + 1) << rankShift) | (offset & offsetMask);
}

/** The rank that an address names; undefined for an address of the CTA itself. */
export function rankOf(address: number): number | undefined {
  const rank = address >>> rankShift;
  return rank === 0 ? undefined : rank - 1;
}

export function offsetOf(address: number): number {
  return address & offsetMask;
}
