/**
 * What the cost model knows of SM90, in cycles of one SM and bytes. Rates are from HOPPER.md; those marked
 * "measured" were fitted to runs on an H200 (docs/performance.md).
 */
export const hopper = {
  /** Output elements times 128 bytes of K, per cycle: 8192 FP8 or 4096 BF16 FLOP per cycle and SM. */
  tensorElementsPerCycle: 32,
  sharedMemoryBytesPerCycle: 128,
  /** What an SM gets from L2 when all of them ask. Measured. */
  l2BytesPerCycle: 44,
  /** From the issue of a load to its arrival under load: what the stages in flight have to cover. Measured. */
  loadLatencyCycles: 1400,
  /** Waiting for a barrier, starting and draining WGMMA: paid for each stage by one warpgroup alone. Measured. */
  stageOverheadCycles: 180,
  /** FFMA of one warpgroup: one column of a 64-row fragment takes half a cycle. */
  promotionCyclesPerColumn: 0.5,
  /** Fixed part of storing a tile: barriers, fences and the first box. Measured. */
  storeOverheadCycles: 700,
  storeBytesPerCycle: 48,
  /** First loads of a launch, barrier set-up and drain. Measured. */
  launchCycles: 4000,
  deviceMemoryBytesPerSecond: 4.1e12,
  /** The clock that the card holds under load. Measured. */
  cyclesPerSecond: 1.7e9,
} as const;
