import { isAbsolute } from 'node:path';
import { DgValidationError } from './errors/dg-validation-error.js';
import type { KernelSource } from './kernel-source.js';

const LONGEST_NAME_CHARACTERS = 100;
const NAME = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${LONGEST_NAME_CHARACTERS - 1}}$`);
const ENTRY = /^[A-Za-z_]\w*$/;

/** These read files, choose a host compiler or redirect the output: behind the back of the cache key. */
const REFUSED_FLAG =
  /^(-I|-isystem|-include|--include-path|--system-include|--pre-include|-Xcompiler|--compiler-options|-ccbin|--compiler-bindir|-optf|--options-file|-odir|-o$|-o=|--output|-arch|--gpu-|-gencode|--generate-code)/;

/** @throws DgValidationError naming the field that is wrong. */
export function validateKernelSource(source: KernelSource): void {
  if (!NAME.test(source.name)) {
    throw new DgValidationError(
      `expected letters, digits, '.', '_' and '-', at most ${LONGEST_NAME_CHARACTERS}, for the kernel's name but received ${JSON.stringify(source.name)}`,
    );
  }
  if (!ENTRY.test(source.entry)) {
    throw new DgValidationError(
      `expected a C identifier for the entry of kernel ${source.name} but received ${JSON.stringify(source.entry)}`,
    );
  }
  for (const root of source.includeRoots) {
    if (!isAbsolute(root)) {
      throw new DgValidationError(
        `expected absolute directories for includeRoots of kernel ${source.name} but received ${JSON.stringify(root)}`,
      );
    }
  }
  for (const flag of source.flags ?? []) {
    if (REFUSED_FLAG.test(flag)) {
      throw new DgValidationError(
        `expected flags that change neither includes, output nor architecture for kernel ${source.name} but received ${JSON.stringify(flag)}`,
      );
    }
  }
}
