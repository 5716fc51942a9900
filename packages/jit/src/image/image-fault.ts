import type { CompileOutput } from '../compile-target.js';
import { cubinFault } from './cubin-fault.js';
import { ptxFault } from './ptx-fault.js';

/** What is wrong with a compiled image; `undefined` when it is whole and holds the kernel function `entry`. */
export function imageFault(image: Uint8Array, output: CompileOutput, entry: string): string | undefined {
  return output === 'cubin' ? cubinFault(image, entry) : ptxFault(image, entry);
}
