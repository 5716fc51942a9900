import { DgValidationError } from '@dg/jit';
import type { Dim3, Launch } from '../device/kernel.js';

/** CUDA C++ Programming Guide, "Technical specifications per compute capability". */
const maxGrid: Dim3 = [2 ** 31 - 1, 65_535, 65_535];
const maxBlock: Dim3 = [1024, 1024, 64];
/** With the non-portable cluster size allowed. */
const maxBlocksPerCluster = 16;
export const noCluster: Dim3 = [1, 1, 1];

export interface LaunchLimits {
  readonly threadsPerBlock: number;
  readonly dynamicSharedMemoryBytes: number;
}

/** Throws DgValidationError unless the driver would take these dimensions. Allocates nothing when they are right. */
export function checkLaunch(kernelName: string, launch: Launch, limits: LaunchLimits): void {
  checkDim3(kernelName, 'grid', launch.grid, maxGrid);
  checkDim3(kernelName, 'block', launch.block, maxBlock);
  const [x, y, z] = launch.block;
  if (x * y * z > limits.threadsPerBlock) {
    throw new DgValidationError(
      `${kernelName}: expected at most ${limits.threadsPerBlock} threads for block but received [${launch.block.join(', ')}]`,
    );
  }
  if (launch.cluster !== undefined) checkCluster(kernelName, launch.cluster, launch.grid);
  const bytes = launch.dynamicSharedMemoryBytes ?? 0;
  if (!Number.isInteger(bytes) || bytes < 0 || bytes > limits.dynamicSharedMemoryBytes) {
    throw new DgValidationError(
      `${kernelName}: expected 0 to ${limits.dynamicSharedMemoryBytes} for dynamicSharedMemoryBytes but received ${bytes}`,
    );
  }
}

function checkCluster(kernelName: string, cluster: Dim3, grid: Dim3): void {
  checkDim3(kernelName, 'cluster', cluster, maxBlock);
  if (cluster[0] * cluster[1] * cluster[2] > maxBlocksPerCluster) {
    throw new DgValidationError(
      `${kernelName}: expected at most ${maxBlocksPerCluster} blocks for cluster but received [${cluster.join(', ')}]`,
    );
  }
  if (grid[0] % cluster[0] !== 0 || grid[1] % cluster[1] !== 0 || grid[2] % cluster[2] !== 0) {
    throw new DgValidationError(
      `${kernelName}: expected a grid that the cluster [${cluster.join(', ')}] divides but received [${grid.join(', ')}]`,
    );
  }
}

function checkDim3(kernelName: string, what: string, value: Dim3, max: Dim3): void {
  if (
    value.length === 3 &&
    isBetween(value[0], max[0]) &&
    isBetween(value[1], max[1]) &&
    isBetween(value[2], max[2])
  ) {
    return;
  }
  throw new DgValidationError(
    `${kernelName}: expected three integers from 1 to [${max.join(', ')}] for ${what} but received [${value.join(', ')}]`,
  );
}

function isBetween(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
