import type { Kernel, Launch, PreparedLaunch } from '../device/kernel.js';
import type { KernelHandle } from '../native/binding.js';
import { checkLaunch, type LaunchLimits } from './check-launch.js';
import type { CudaContext } from './cuda-context.js';
import type { CudaDevice } from './cuda-device.js';
import { CudaPreparedLaunch } from './cuda-prepared-launch.js';
import { cudaStreamOf } from './cuda-stream.js';
import type { LaunchEncoder } from './launch-encoder.js';

export class CudaKernel implements Kernel {
  readonly name: string;
  readonly #device: CudaDevice;
  readonly #context: CudaContext;
  readonly #handle: KernelHandle;
  readonly #encoder: LaunchEncoder;
  readonly #limits: LaunchLimits;

  constructor(
    device: CudaDevice,
    context: CudaContext,
    encoder: LaunchEncoder,
    name: string,
    handle: KernelHandle,
  ) {
    const attributes = context.driver.kernelAttributes(handle);
    this.name = name;
    this.#device = device;
    this.#context = context;
    this.#handle = handle;
    this.#encoder = encoder;
    this.#limits = {
      threadsPerBlock: attributes.maxThreadsPerBlock,
      dynamicSharedMemoryBytes: device.properties.sharedMemoryPerBlockBytes - attributes.staticSharedBytes,
    };
  }

  prepare(launch: Launch): PreparedLaunch {
    checkLaunch(this.name, launch, this.#limits);
    const commandBytes = this.#encoder.encode(this.name, launch);
    const { used, written } = this.#encoder.takeStorages();
    const storages = { used: [...new Set(used)], written: [...new Set(written)] };
    const command = this.#encoder.bytes.slice(0, commandBytes);
    return new CudaPreparedLaunch(this.#device, this.#context, this.#handle, command, storages);
  }

  launch(launch: Launch): void {
    const { queue } = cudaStreamOf(this.#device, launch.stream);
    checkLaunch(this.name, launch, this.#limits);
    const wanted = launch.dependentLaunch === true;
    const dependentLaunch = wanted && queue.pending.allowsDependentLaunch;
    const launched = dependentLaunch === wanted ? launch : { ...launch, dependentLaunch };
    const commandBytes = this.#encoder.encode(this.name, launched);
    const { used, written } = this.#encoder.takeStorages();
    const { memory, driver } = this.#context;
    for (let index = 0; index < used.length; index++) memory.use(queue, used[index]!);
    queue.pending.queue(dependentLaunch, written);
    driver.launch(this.#handle, queue.handle, this.#encoder.bytes, commandBytes);
  }
}
