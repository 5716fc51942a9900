/** Three times the L2 of an H200: inputs that together exceed it come from device memory. */
export const protocolColdBytes = 180e6;
const mostSets = 64;

/** How many input sets of `bytes` each the launches cycle through, so that together they exceed `coldBytes`. */
export function inputSetCount(bytes: number, coldBytes: number): number {
  return Math.min(mostSets, Math.floor(coldBytes / bytes) + 1);
}
