import { DgValidationError } from './errors/dg-validation-error.js';

export type CompileOutput = 'cubin' | 'ptx';

/** What a kernel is compiled for. */
export interface CompileTarget {
  /** Real architecture: `sm_90a`, `sm_100a`. */
  readonly architecture: string;
  readonly output: CompileOutput;
}

/**
 * `sm_90a` → `compute_90a`.
 * @throws DgValidationError when `architecture` is no real architecture.
 */
export function virtualArchitecture(architecture: string): string {
  const match = /^sm_(\d{2,3}[af]?)$/.exec(architecture);
  if (match === null) {
    throw new DgValidationError(
      `expected a real architecture such as sm_90a for architecture but received ${JSON.stringify(architecture)}`,
    );
  }
  return `compute_${match[1]}`;
}

/** @throws DgValidationError when the target is none that nvcc can be asked for. */
export function validateTarget(target: CompileTarget): void {
  virtualArchitecture(target.architecture);
  if (target.output !== 'cubin' && target.output !== 'ptx') {
    throw new DgValidationError(
      `expected cubin or ptx for output but received ${JSON.stringify(target.output)}`,
    );
  }
}
