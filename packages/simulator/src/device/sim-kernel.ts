import { hostStreamOf, type Kernel, type Launch } from '@dg/runtime';
import { encodeParameters } from './encode-parameters.js';
import { checkGeometry } from './launch-geometry.js';
import type { SimBackend, SimProgram } from './sim-backend.js';
import type { SimDevice } from './sim-device.js';

export class SimKernel implements Kernel {
  readonly name: string;
  readonly program: SimProgram;
  readonly #device: SimDevice;
  readonly #backend: SimBackend;

  constructor(device: SimDevice, backend: SimBackend, name: string, program: SimProgram) {
    this.name = name;
    this.program = program;
    this.#device = device;
    this.#backend = backend;
  }

  /**
   * Executes the grid, or records it when the stream is capturing. The simulator has no other grid that
   * `dependentLaunch` could overlap with.
   *
   * @throws DgValidationError for a launch that does not fit the kernel or the device; DgSimulationError when a check
   * of the simulator fails.
   */
  launch(launch: Launch): void {
    const device = this.#device;
    const backend = this.#backend;
    const { name, program } = this;
    const stream = hostStreamOf(device, launch.stream);
    const { grid, block, dynamicSharedMemoryBytes = 0 } = launch;
    const cluster = checkGeometry(name, program, launch, device.properties.sharedMemoryPerBlockBytes);
    const { bytes, storages } = encodeParameters(
      device,
      (map, target) => backend.encodeTensorMap(map, target),
      name,
      program.entry.parameters,
      launch.arguments,
    );
    const { globalMemory, executionOptions } = device;
    stream.enqueue(() => {
      backend.execute({
        program,
        kernelName: name,
        grid: [...grid],
        block: [...block],
        cluster: [...cluster],
        dynamicSharedMemoryBytes,
        parameters: bytes,
        globalMemory,
        options: executionOptions,
      });
    }, storages);
  }
}
