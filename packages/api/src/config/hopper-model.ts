/**
 * What the cost model knows of SM90, in cycles of one SM and bytes. The constants marked "fitted" make the model's
 * choice over the shapes and kernels that were measured on an H200 the closest to the best one (1.7 % in geometric mean, see
 * docs/performance.md); the others are from HOPPER.md.
 */
export const hopper = {
  /** Output elements times 128 bytes of K, per cycle at the peak (8192 FP8 or 4096 BF16 FLOP per cycle and SM). */
  tensorElementsPerCycle: 32,
  /** The share of that peak which the tensor cores sustain under the power limit. Fitted. */
  tensorUtilization: 27.7 / 32,
  /** Three math warpgroups leave the tensor cores less idle. Fitted. */
  threeWarpgroupsFactor: 0.956,
  sharedMemoryBytesPerCycle: 128,
  /** What an SM gets from L2 when all of them ask. Fitted. */
  l2BytesPerCycle: 59,
  /** From the issue of a load to its arrival: what the stages in flight have to cover. Fitted. */
  loadLatencyCycles: 806,
  /** Few rows of A are few lines of L2, which serve the SMs that all ask for them one after another. Fitted. */
  hotLineCycles: 4.7,
  /** Waiting for a barrier, starting and draining WGMMA: what a stage takes at least. Fitted. */
  stageOverheadCycles: 167,
  /** Part of the promotion that does not hide behind the tensor cores, for each column of a fragment. Fitted. */
  promotionCyclesPerColumn: 0.19,
  /** Storing a tile: barriers, fences and the first box; then its bytes. Fitted. */
  storeOverheadCycles: 1000,
  storeBytesPerCycle: 24,
  /** Launch gap, barrier set-up, first loads and drain. Fitted. */
  launchCycles: 6350,
  /** Fitted; a copy reaches 4.28e12. */
  deviceMemoryBytesPerSecond: 3.76e12,
  /** The clock to which the fitted constants refer. */
  cyclesPerSecond: 1.7e9,
} as const;
