import type { KernelCompiler } from '@dg/runtime';
import type { PtxCompiler } from './simulator-options.js';

/** Asks for PTX where a device that loads kernels would ask for a cubin. */
export function compilerOfPtx(compiler: PtxCompiler): KernelCompiler {
  return {
    compile: (source, { architecture }) => compiler.compile(source, { architecture, output: 'ptx' }),
    compileSync: (source, { architecture }) => compiler.compileSync(source, { architecture, output: 'ptx' }),
  };
}
