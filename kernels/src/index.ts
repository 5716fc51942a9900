export { bf16GemmKernel } from './gemm/bf16-gemm.js';
export { fp8GemmKernel } from './gemm/fp8-gemm.js';
export {
  type GemmColumnScaling,
  type GemmConfig,
  type GemmGrouping,
  type GemmMajor,
  type GemmOutput,
  type GemmStore,
  gemmBlockThreads,
  gemmClusterSize,
  gemmConfigName,
} from './gemm/gemm-config.js';
export {
  boxRowsOfA,
  boxRowsOfScales,
  fittingStages,
  mmaColumns,
  mnBlock,
  outputBytes,
  sharedMemoryBytes,
  stageKBytes,
  stageLoadBytes,
  storeBoxCounts,
  storeBoxRows,
  storeSpanBytes,
} from './gemm/shared-memory.js';
export { kernelIncludeRoot } from './include-root.js';
export type { KernelSource } from './kernel-source.js';
export * from './layout/index.js';
