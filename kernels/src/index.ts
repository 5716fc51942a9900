export { bf16GemmKernel } from './gemm/bf16-gemm.js';
export { fp8Gemm1d2dKernel } from './gemm/fp8-gemm-1d2d.js';
export {
  type GemmConfig,
  type GemmOutput,
  type GemmStore,
  gemmBlockThreads,
  gemmClusterSize,
  gemmConfigName,
} from './gemm/gemm-config.js';
export {
  fittingStages,
  outputBytes,
  sharedMemoryBytes,
  stageKBytes,
  storeBoxRows,
  storeSpanBytes,
} from './gemm/shared-memory.js';
export { kernelIncludeRoot } from './include-root.js';
export type { KernelSource } from './kernel-source.js';
export * from './layout/index.js';
