import type { DeviceBuffer } from '../device/device-buffer.js';
import type { Kernel, KernelArgument, Launch } from '../device/kernel.js';
import type { KernelHandle } from '../native/binding.js';
import { checkLaunch, type LaunchLimits } from './check-launch.js';
import type { CudaBuffer } from './cuda-buffer.js';
import type { CudaContext } from './cuda-context.js';
import type { CudaDevice } from './cuda-device.js';
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

  launch(launch: Launch): void {
    this.#context.assertUsable();
    const { queue } = cudaStreamOf(this.#device, launch.stream);
    checkLaunch(this.name, launch, this.#limits);
    const commandBytes = this.#encoder.encode(this.name, launch);
    for (let index = 0; index < launch.arguments.length; index++) {
      const buffer = bufferOf(launch.arguments[index]!);
      // Every buffer passed the encoder, which takes those of this device only.
      if (buffer !== undefined) this.#context.memory.use(queue, (buffer as CudaBuffer).storage);
    }
    this.#context.driver.launch(this.#handle, queue.handle, this.#encoder.bytes, commandBytes);
  }
}

function bufferOf(argument: KernelArgument): DeviceBuffer | undefined {
  if (argument.type === 'tensorMap') return argument.map.buffer;
  return argument.type === 'address' ? argument.buffer : undefined;
}
