import {
  type CompilerInfo,
  type CompilerKind,
  DgError,
  defaultCacheDirectory,
  findCompiler,
  readJitEnvironment,
} from '@dg/jit';
import { type Availability, getAvailability } from '@dg/runtime';

/** A compiler, or why there is none that can be used. */
export type FoundCompiler = Pick<CompilerInfo, 'path' | 'version'> | { readonly problem: string };

export interface MachineInfo {
  readonly node: string;
  readonly availability: Availability;
  readonly nvcc: FoundCompiler;
  readonly nvrtc: FoundCompiler;
  /** Where compiled kernels are kept, or what is wrong with the environment that names it. */
  readonly cacheDirectory: string;
}

/** What decides whether and how kernels run on this machine. Never throws for something that is missing. */
export function machineInfo(): MachineInfo {
  return {
    node: process.version,
    availability: getAvailability(),
    nvcc: compilerInfo('nvcc'),
    nvrtc: compilerInfo('nvrtc'),
    cacheDirectory: cacheDirectory(),
  };
}

function compilerInfo(compiler: CompilerKind): FoundCompiler {
  try {
    const { path, version } = findCompiler({ compiler });
    return { path, version };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** As `createCompiler` of @dg/jit chooses it. */
function cacheDirectory(): string {
  try {
    return readJitEnvironment().cacheDirectory ?? defaultCacheDirectory();
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  if (DgError.isInstance(error)) return error.message;
  throw error;
}
