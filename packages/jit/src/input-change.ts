import type { CompileJob } from './compile-job.js';
import { DgUnavailableError } from './errors/dg-unavailable-error.js';
import type { HeaderClosures } from './headers/header-closures.js';
import type { ToolchainFinder } from './toolchain/toolchain.js';

/** What of the things that the key of a job was made of is another one by now, in words; `undefined` when nothing is. */
export function inputChange(
  { headers, toolchain }: CompileJob,
  closures: HeaderClosures,
  finder: ToolchainFinder,
): string | undefined {
  if (!closures.isCurrent(headers)) return 'its headers were written to';
  try {
    const { version } = finder.find(headers.foreign);
    if (version === toolchain.version) return undefined;
    return `${toolchain.path} was ${toolchain.version} and is ${version}`;
  } catch (error) {
    // The next request fails with it, or finds another compiler.
    if (error instanceof DgUnavailableError) return error.message;
    throw error;
  }
}
