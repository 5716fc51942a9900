/**
 * What the cost model knows of SM90, in cycles of one SM and bytes. The constants marked "fitted" make the model's choice
 * over the shapes and kernels that were measured on an H200 the closest to the best one (docs/performance.md); the others
 * are from HOPPER.md, or were measured on their own.
 */
export const hopper = {
  /** The clock to which the constants refer. */
  cyclesPerSecond: 1.7e9,
  /** Output elements times 128 bytes of K, per cycle at the peak (8192 FP8 or 4096 BF16 FLOP per cycle and SM). */
  tensorElementsPerCycle: 32,
  /** The share of that peak which the tensor cores sustain under the power limit. Fitted. */
  tensorUtilization: 0.953,
  sharedMemoryBytesPerCycle: 128,
  /** What one SM takes in, however few ask. Fitted. */
  ingestBytesPerCycle: 64.2,
  /** What a row outside B costs a copy, beside one that is there. Fitted. */
  outsideRowCost: 1.24,
  /** What one SM takes in of what L2 does not have. Fitted. */
  streamBytesPerCycle: 26.8,
  /** What L2 gives to all SMs together. Fitted. */
  l2BytesPerCycle: 7030,
  /** From the issue of a load to its arrival: what the stages in flight have to cover. Fitted. */
  loadLatencyCycles: 2460,
  /**
   * What a kernel takes longer than its resources account for as soon as a multiprocessor has two of its CTAs: those come to lie
   * unevenly. Fitted.
   */
  twoOnMultiprocessorCost: 1.1,
  /** Promotion of one column of a fragment, where the warpgroup does nothing else meanwhile. Fitted. */
  promotionCyclesPerColumn: 0.255,
  /** Between the fragments of a warpgroup, of which FP8 sums one at a time. Fitted. */
  fragmentSwitchCycles: 20,
  /** Storing a tile: barriers, fences and the first box; then its bytes. Fitted. */
  storeOverheadCycles: 538,
  storeBytesPerCycle: 27.5,
  /** CTAs that share operands wait for each other between two tiles. Fitted. */
  clusterTileCyclesFp8: 2930,
  clusterTileCyclesBf16: 652,
  /** Adding up what CTAs that split K have: for the tile, for each doubling of their number, and for its bytes. Fitted. */
  reductionCycles: 839,
  reductionCyclesPerDoubling: 457,
  reductionBytesPerCycle: 13.7,
  /** Waiting for the grid before, first loads, end of the grid. Fitted. */
  launchCycles: 2480,
  /** What of that passes while the grid before ends, where a multiprocessor has room for CTAs of both. Fitted. */
  sharedLaunchCycles: 36.1,
  /** Fitted. A copy reaches 4.28e12; but to this the power mean below adds what takes about as long. */
  deviceMemoryBytesPerSecond: 5.14e12,
  /** How sharply the slowest of the resources that work side by side decides: a power mean of so high an order. Fitted. */
  overlapOrder: 7.25,
  /** Clusters of three or more that fit, of those that multiprocessors are there for: 30 of 33 clusters of four on an H200. */
  largeClusterFill: 0.92,
} as const;

export type HopperModel = { readonly [Name in keyof typeof hopper]: number };
