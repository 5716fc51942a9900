import { compilerSettings } from './compiler-settings.js';
import type { Compiler, CompilerOptions } from './compiler-types.js';
import { KernelCompiler } from './kernel-compiler.js';

/**
 * A compiler with its cache. The environment is read here and not again.
 * @throws DgValidationError when an option or an environment variable has a value it cannot have.
 * @throws DgUnavailableError `no-cache-directory` when none is named and the user has no home.
 */
export function createCompiler(options: CompilerOptions = {}): Compiler {
  return new KernelCompiler(compilerSettings(options), options.onEvent ?? (() => {}));
}
