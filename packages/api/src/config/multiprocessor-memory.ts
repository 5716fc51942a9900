/** Shared memory of a multiprocessor on SM90, of which each block also takes some for itself; a block gets less than all. */
const multiprocessorBytes = 228 * 1024;
const reservedBytesPerBlock = 1024;

/** Shared memory of a block where a multiprocessor has room for so many of them. */
export function sharedMemoryOfBlock(blocksPerSm: number): number {
  return Math.floor(multiprocessorBytes / blocksPerSm) - reservedBytesPerBlock;
}
