import type { KernelCompiler, KernelSource } from '@dg/runtime';
import type { PtxCompiler } from './simulator-options.js';

/** Asks for PTX, with lines of the source for reports, where a device that loads kernels would ask for a cubin. */
export function compilerOfPtx(compiler: PtxCompiler): KernelCompiler {
  return {
    compile: (source, { architecture }) =>
      compiler.compile(withLines(source), { architecture, output: 'ptx' }),
    compileSync: (source, { architecture }) =>
      compiler.compileSync(withLines(source), { architecture, output: 'ptx' }),
  };
}

/** Makes nvcc write `.loc` and `.file` (PTX ISA 11.5.3, 11.5.4); no instruction changes. */
const lineFlag = '-lineinfo';

function withLines(source: KernelSource): KernelSource {
  const { flags = [] } = source;
  return flags.includes(lineFlag) ? source : { ...source, flags: [...flags, lineFlag] };
}
