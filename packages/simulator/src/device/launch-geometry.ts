import { checkLaunch, DgValidationError, type Dim3, type Launch } from '@dg/runtime';
import type { SimProgram } from './sim-backend.js';

/** CUDA C++ Programming Guide, "Technical specifications per compute capability". */
const maxThreadsPerBlock = 1024;

/**
 * The launch's cluster: its own, or what the kernel was compiled for.
 *
 * @throws DgValidationError when the driver, or the kernel's directives (PTX ISA 11.4, 11.6), would refuse the launch.
 */
export function checkGeometry(
  kernelName: string,
  program: SimProgram,
  launch: Launch,
  sharedMemoryPerBlockBytes: number,
): Dim3 {
  const { directives } = program.entry;
  const requiredCluster = threeDimensions(directives.get('.reqnctapercluster'));
  const cluster = launch.cluster ?? requiredCluster ?? [1, 1, 1];
  const maxThreads = threeDimensions(directives.get('.maxntid') ?? directives.get('.reqntid'));
  checkLaunch(
    kernelName,
    { ...launch, cluster },
    {
      threadsPerBlock: maxThreads === undefined ? maxThreadsPerBlock : product(maxThreads),
      dynamicSharedMemoryBytes: sharedMemoryPerBlockBytes - program.staticSharedMemoryBytes,
    },
  );
  checkRequired(kernelName, 'block', launch.block, threeDimensions(directives.get('.reqntid')));
  checkRequired(kernelName, 'cluster', cluster, requiredCluster);
  return cluster;
}

function checkRequired(kernelName: string, what: string, received: Dim3, required: Dim3 | undefined): void {
  if (required === undefined || received.every((extent, axis) => extent === required[axis])) return;
  throw new DgValidationError(
    `${kernelName}: expected [${required.join(', ')}] for ${what}, as the kernel was compiled for, ` +
      `but received [${received.join(', ')}]`,
  );
}

/** A directive may leave out the last extents. */
function threeDimensions(extents: readonly number[] | undefined): Dim3 | undefined {
  if (extents === undefined || extents.length === 0) return undefined;
  return [extents[0]!, extents[1] ?? 1, extents[2] ?? 1];
}

function product([x, y, z]: Dim3): number {
  return x * y * z;
}
