import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import type { ProcessOutcome } from '../process/run-process.js';

/** Exit statuses of native/dg-nvrtc.cc that say something of the machine and nothing of the kernel. */
const LIBRARY_UNUSABLE = 3;
const LIBRARY_TOO_OLD = 4;

/** What is wrong with libnvrtc itself; `undefined` when it worked. */
export function nvrtcLibraryFailure(
  { exitCode, output }: ProcessOutcome,
  library: string,
): DgUnavailableError | undefined {
  const said = output.trim().replace(/^dg-nvrtc: /, '');
  if (exitCode === LIBRARY_UNUSABLE) {
    return new DgUnavailableError(
      'nvrtc-cannot-be-loaded',
      `expected ${library} to be libnvrtc but received: ${said}.`,
      'Install NVRTC of the CUDA toolkit again, or set DG_JIT_NVRTC_LIBRARY to another one.',
    );
  }
  if (exitCode === LIBRARY_TOO_OLD) {
    return new DgUnavailableError(
      'nvrtc-too-old',
      `expected NVRTC 12.3 or newer for ${library} but received ${said}.`,
      'Install a newer CUDA toolkit and set DG_JIT_NVRTC_LIBRARY to its libnvrtc.',
    );
  }
  return undefined;
}
