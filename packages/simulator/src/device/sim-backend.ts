import type { Dim3, TensorMap } from '@dg/runtime';
import type { GlobalMemory } from '../memory/global-memory.js';
import type { PtxEntry } from '../ptx/ptx-module.js';
import type { ExecutionOptions } from './simulator-options.js';

/** A kernel made ready to be executed. A machine puts more in it. */
export interface SimProgram {
  readonly entry: PtxEntry;
  /** Shared memory that the kernel declares with a size; what a launch asks for comes on top. */
  readonly staticSharedMemoryBytes: number;
}

/** One launch, checked, on its way to the machine. */
export interface SimExecution<Program extends SimProgram = SimProgram> {
  readonly program: Program;
  /** For reports. */
  readonly kernelName: string;
  readonly grid: Dim3;
  readonly block: Dim3;
  /** CTAs per cluster; it divides the grid. */
  readonly cluster: Dim3;
  readonly dynamicSharedMemoryBytes: number;
  /** The kernel's parameter space. A graph passes the same bytes again: do not write to them. */
  readonly parameters: Uint8Array;
  readonly globalMemory: GlobalMemory;
  readonly options: ExecutionOptions;
}

/** The machine behind a simulated device. Handed in, so that the device can be tested without one. */
export interface SimBackend {
  /** @throws DgValidationError for a text that is no PTX, has no such entry or uses what is not implemented. */
  loadProgram(ptxText: string, entry: string): SimProgram;
  /**
   * Runs all of a grid.
   * @throws DgSimulationError when a check fails.
   */
  execute(execution: SimExecution): void;
  /** Writes the 128 bytes of a tensor map that was checked; `map.buffer.pointer` is where its memory lies. */
  encodeTensorMap(map: TensorMap, bytes: Uint8Array): void;
}
