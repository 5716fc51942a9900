import type { CompileTarget } from '../compile-target.js';
import type { CompiledKernel, CompileOptions, Compiler } from '../compiler-types.js';
import type { KernelSource } from '../kernel-source.js';

export type Compile = (
  compiler: Compiler,
  source: KernelSource,
  target: CompileTarget,
  options?: CompileOptions,
) => Promise<CompiledKernel>;

/** For `describe.each`: what must hold for the promise and for its blocking twin. */
export const COMPILE_BOTH_WAYS: readonly (readonly [string, Compile])[] = [
  ['compile', (compiler, ...rest) => compiler.compile(...rest)],
  ['compileSync', async (compiler, ...rest) => compiler.compileSync(...rest)],
];
