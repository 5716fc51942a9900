/**
 * The packed form of one launch, written in TypeScript and read by the addon's `launch` (keep
 * native/src/launch-command.h in step; a test launches with every field set). Little-endian, 8-byte aligned.
 *
 * header, 64 bytes:
 *   u32 gridX, gridY, gridZ, blockX, blockY, blockZ, clusterX, clusterY, clusterZ,
 *   u32 dynamicSharedMemoryBytes, u32 flags (bit 0: dependent launch), u32 argumentCount, 16 bytes zero
 * then argumentCount arguments, each starting with u32 kind, u32 size of the kernel parameter in bytes:
 *   kind 0, a scalar or address: 8 bytes of payload, of which the first `size` are the parameter
 *   kind 1, a tensor map (parameter size 128): 136 bytes of payload
 *     f64 address
 *     u32 element (CUtensorMapDataType), u32 rank, u32 swizzle (CUtensorMapSwizzle), u32 l2Promotion
 *     (CUtensorMapL2promotion)
 *     f64 dims[5], f64 stridesBytes[4], u32 box[5], 20 bytes zero
 */
export const launchHeaderBytes = 64;
export const scalarArgumentBytes = 16;
export const tensorMapArgumentBytes = 144;

/** Where the flags of the header are, in words of 32 bits. */
export const flagsWord = 10;
export const dependentLaunchFlag = 1;

export function isDependentLaunch(command: Uint8Array): boolean {
  return flagsOf(command)[0] === dependentLaunchFlag;
}

/** A copy of the command, for a launch that waits for all work before it. */
export function withoutDependentLaunch(command: Uint8Array): Uint8Array {
  const copy = command.slice();
  flagsOf(copy)[0] = 0;
  return copy;
}

function flagsOf({ buffer, byteOffset }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset + flagsWord * Uint32Array.BYTES_PER_ELEMENT, 1);
}
