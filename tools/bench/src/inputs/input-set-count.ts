/** Three times the L2 of an H200: inputs that together exceed it come from device memory. */
export const protocolColdBytes = 180e6;
const mostSets = 64;
/**
 * Launches that start early are at work at one time with those before them, and are not to share a set where it could still be in
 * L2. What is larger than that by itself is not there when the next launch begins with its first rows.
 */
const fewestSmallSets = 4;

/**
 * How many input sets of `bytes` each the launches cycle through, so that together they exceed `coldBytes`. One is enough where
 * it does so alone.
 */
export function inputSetCount(bytes: number, coldBytes: number): number {
  if (bytes > coldBytes) return 1;
  return Math.min(mostSets, Math.max(fewestSmallSets, Math.floor(coldBytes / bytes) + 1));
}
