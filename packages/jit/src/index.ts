export type { BuildRecord } from './cache/build-record.js';
export type { CachedKernel } from './cache/cached-kernels.js';
export { type CompanionFolder, listCompanionFolders } from './cache/companion-folders.js';
export { defaultCacheDirectory } from './cache/default-cache-directory.js';
export {
  type BrokenKernel,
  type ClearOptions,
  clearCachedKernels,
  listCachedKernels,
  listOtherFormats,
  type OtherFormat,
  verifyCachedKernels,
} from './cache/manage-cache.js';
export type { CompileOutput, CompileTarget } from './compile-target.js';
export type {
  AsyncCompileOptions,
  CompiledKernel,
  CompileOptions,
  Compiler,
  CompilerOptions,
} from './compiler-types.js';
export { createCompiler } from './create-compiler.js';
export { createLogger, defaultLogger, type LoggerOptions } from './create-logger.js';
export {
  type Environment,
  readBooleanVariable,
  readEnumVariable,
  readStringVariable,
} from './environment-variables.js';
export { type CompileFailure, DgCompileError } from './errors/dg-compile-error.js';
export { DgError } from './errors/dg-error.js';
export { DgUnavailableError } from './errors/dg-unavailable-error.js';
export { DgValidationError } from './errors/dg-validation-error.js';
export { KERNEL_CHANNEL, publishKernelEvent } from './events/kernel-channel.js';
export type { CompileCause, CompileEvent, EventKernel, HitCause } from './events/kernel-event.js';
export { type JitEnvironment, type LogLevel, readJitEnvironment } from './jit-environment.js';
export type { KernelSource } from './kernel-source.js';
export type { Logger } from './logger.js';
export { type FindNvccOptions, findNvcc } from './nvcc/find-nvcc.js';
export { type NvccVersion, NvccVersionReader } from './nvcc/nvcc-version.js';
export { assertCleanBuild, type CheckedBuild } from './ptxas/assert-clean-build.js';
export {
  type PtxasEntry,
  type PtxasFunction,
  type PtxasReport,
  type PtxasWarning,
  parsePtxasLog,
} from './ptxas/parse-ptxas-log.js';
export { type CompilerInfo, findCompiler } from './toolchain/find-compiler.js';
export { COMPILER_KINDS, type CompilerKind } from './toolchain/toolchain.js';
