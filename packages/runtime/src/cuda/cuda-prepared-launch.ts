import { DgValidationError } from '@dg/jit';
import type { PreparedLaunch } from '../device/kernel.js';
import type { Stream } from '../device/stream.js';
import type { KernelHandle } from '../native/binding.js';
import { isDependentLaunch, withoutDependentLaunch } from '../native/launch-command.js';
import type { CudaContext } from './cuda-context.js';
import type { CudaDevice } from './cuda-device.js';
import { cudaStreamOf } from './cuda-stream.js';
import type { LaunchStorages } from './launch-encoder.js';

export class CudaPreparedLaunch implements PreparedLaunch {
  readonly #device: CudaDevice;
  readonly #context: CudaContext;
  readonly #kernel: KernelHandle;
  readonly #command: Uint8Array;
  readonly #dependentLaunch: boolean;
  readonly #storages: LaunchStorages;

  constructor(
    device: CudaDevice,
    context: CudaContext,
    kernel: KernelHandle,
    command: Uint8Array,
    storages: LaunchStorages,
  ) {
    this.#device = device;
    this.#context = context;
    this.#kernel = kernel;
    this.#command = command;
    this.#dependentLaunch = isDependentLaunch(command);
    this.#storages = storages;
  }

  launch(stream?: Stream): void {
    const { queue } = cudaStreamOf(this.#device, stream);
    const { memory, driver } = this.#context;
    const { used, written } = this.#storages;
    for (let index = 0; index < used.length; index++) {
      const storage = used[index]!;
      if (storage.freed) {
        throw new DgValidationError(
          'expected live buffers for a prepared launch but received a destroyed one',
        );
      }
      memory.use(queue, storage);
    }
    const { pending } = queue;
    const dependentLaunch = this.#dependentLaunch && pending.allowsDependentLaunch;
    const command =
      dependentLaunch === this.#dependentLaunch ? this.#command : withoutDependentLaunch(this.#command);
    pending.queue(dependentLaunch, written);
    driver.launch(this.#kernel, queue.handle, command, command.byteLength);
  }
}
