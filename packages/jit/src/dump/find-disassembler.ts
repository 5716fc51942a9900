import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { type Environment, readStringVariable } from '../environment-variables.js';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import { isExecutableFile } from '../toolchain/named-file.js';
import { DEFAULT_TOOLKIT, namedToolkits } from '../toolchain/toolkits.js';

export interface FindDisassemblerOptions {
  /** Of the caller, beside which the toolkit's other programs lie. */
  readonly nvcc?: string | undefined;
  readonly env: Environment;
  readonly defaultToolkit?: string | undefined;
}

/** Either prints the machine code of a cubin. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  nvdisasm: ['-c'],
  cuobjdump: ['-sass'],
};

/**
 * The command that prints the machine code of a cubin whose name is added to it.
 * @throws DgUnavailableError `disassembler-not-found`
 */
export function findDisassembler(options: FindDisassemblerOptions): readonly string[] {
  for (const folder of foldersOf(options)) {
    for (const [name, flags] of Object.entries(COMMANDS)) {
      const path = join(folder, name);
      if (isExecutableFile(path)) return [path, ...flags];
    }
  }
  throw new DgUnavailableError(
    'disassembler-not-found',
    'expected nvdisasm or cuobjdump of a CUDA toolkit for the machine code of a kernel but received none.',
    'Install the CUDA binary utilities and put them on PATH, or set CUDA_HOME to a toolkit that has them.',
  );
}

function foldersOf({
  nvcc,
  env,
  defaultToolkit = DEFAULT_TOOLKIT,
}: FindDisassemblerOptions): readonly string[] {
  const namedNvcc = nvcc ?? readStringVariable(env, 'DG_JIT_NVCC_COMPILER');
  return [
    ...(namedNvcc === undefined ? [] : [dirname(namedNvcc)]),
    ...namedToolkits(env).map((toolkit) => join(toolkit, 'bin')),
    ...(env['PATH'] ?? '').split(delimiter).filter(isAbsolute),
    join(defaultToolkit, 'bin'),
  ];
}
