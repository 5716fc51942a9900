import { homedir } from 'node:os';
import { join } from 'node:path';
import { DgError, findNvcc, NvccVersionReader, readJitEnvironment } from '@dg/jit';
import { type Availability, getAvailability } from '@dg/runtime';

export interface MachineInfo {
  readonly node: string;
  readonly availability: Availability;
  readonly nvcc: { readonly path: string; readonly version: string } | { readonly problem: string };
  /** Where compiled kernels are kept, or what is wrong with the environment that names it. */
  readonly cacheDirectory: string;
}

/** What decides whether and how kernels run on this machine. Never throws for something that is missing. */
export function machineInfo(): MachineInfo {
  return {
    node: process.version,
    availability: getAvailability(),
    nvcc: nvccInfo(),
    cacheDirectory: cacheDirectory(),
  };
}

function nvccInfo(): MachineInfo['nvcc'] {
  try {
    const path = findNvcc();
    return { path, version: new NvccVersionReader().read(path, process.env).description };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** As `createCompiler` of @dg/jit chooses it. */
function cacheDirectory(): string {
  try {
    return readJitEnvironment().cacheDirectory ?? join(homedir(), '.deep_gemm');
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  if (DgError.isInstance(error)) return error.message;
  throw error;
}
