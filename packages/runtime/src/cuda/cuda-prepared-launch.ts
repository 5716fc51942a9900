import { DgValidationError } from '@dg/jit';
import type { PreparedLaunch } from '../device/kernel.js';
import type { Stream } from '../device/stream.js';
import type { KernelHandle } from '../native/binding.js';
import type { CudaContext } from './cuda-context.js';
import type { CudaDevice } from './cuda-device.js';
import type { CudaStorage } from './cuda-storage.js';
import { cudaStreamOf } from './cuda-stream.js';

export class CudaPreparedLaunch implements PreparedLaunch {
  readonly #device: CudaDevice;
  readonly #context: CudaContext;
  readonly #kernel: KernelHandle;
  readonly #command: Uint8Array;
  readonly #storages: readonly CudaStorage[];

  /** `storages` is the memory that `command` points at. */
  constructor(
    device: CudaDevice,
    context: CudaContext,
    kernel: KernelHandle,
    command: Uint8Array,
    storages: readonly CudaStorage[],
  ) {
    this.#device = device;
    this.#context = context;
    this.#kernel = kernel;
    this.#command = command;
    this.#storages = storages;
  }

  launch(stream?: Stream): void {
    const { queue } = cudaStreamOf(this.#device, stream);
    const { memory, driver } = this.#context;
    const storages = this.#storages;
    for (let index = 0; index < storages.length; index++) {
      const storage = storages[index]!;
      if (storage.freed) {
        throw new DgValidationError(
          'expected live buffers for a prepared launch but received a destroyed one',
        );
      }
      memory.use(queue, storage);
    }
    driver.launch(this.#kernel, queue.handle, this.#command, this.#command.byteLength);
  }
}
