import { KernelStore } from '../cache/kernel-store.js';
import { compilerSettings } from '../compiler-settings.js';
import type { CompilerOptions } from '../compiler-types.js';
import { createToolchainFinder } from './create-toolchain-finder.js';
import type { CompilerKind } from './toolchain.js';

/** A compiler that this machine has. */
export interface CompilerInfo {
  readonly kind: CompilerKind;
  /** Of nvcc, or of libnvrtc. */
  readonly path: string;
  readonly version: string;
}

/** What kernels of this library include of the toolkit: those that cast to FP8. It includes others beside it. */
const TOOLKIT_HEADERS = ['cuda_fp8.h'];

/**
 * The compiler that `createCompiler` with the same options would run, with what the kernels of this library need besides.
 * @throws DgValidationError, DgUnavailableError as `createCompiler` and its `compile`.
 */
export function findCompiler(options: CompilerOptions = {}): CompilerInfo {
  const settings = compilerSettings(options);
  const store = new KernelStore(settings.cacheDirectory, settings.logger);
  const { kind, path, version } = createToolchainFinder(settings, store).find(TOOLKIT_HEADERS);
  return { kind, path, version };
}
