import { cpus, totalmem } from 'node:os';
import { DgValidationError } from '@dg/jit';
import { checkBufferDescriptor } from '../device/check-descriptor.js';
import type { BufferDescriptor, ForeignPointer, HostDevice } from '../device/device.js';
import type { DeviceBuffer } from '../device/device-buffer.js';
import type { DeviceProperties } from '../device/device-properties.js';
import type { Stream } from '../device/stream.js';
import { bufferName } from '../device/transfer-range.js';
import { DeviceOnHost } from '../host/device-on-host.js';
import { HostBuffer } from '../host/host-buffer.js';
import { HostStream } from '../host/host-stream.js';
import { CpuStorage } from './cpu-storage.js';

/** The device that computes on host memory. Work runs at once, on the calling thread. */
export class CpuDevice extends DeviceOnHost implements HostDevice {
  readonly kind = 'cpu';
  readonly name = 'cpu';
  readonly executesKernels = false;
  readonly properties: DeviceProperties = hostProperties();
  readonly defaultStream: Stream = new HostStream(this);

  /** `onDestroy` is called once, when the device is destroyed. */
  constructor(onDestroy: () => void = () => {}) {
    super(onDestroy);
  }

  createBuffer(descriptor: BufferDescriptor): DeviceBuffer {
    this.assertAlive();
    checkBufferDescriptor(descriptor);
    const storage = new CpuStorage(descriptor.byteLength, bufferName(descriptor));
    return new HostBuffer(this, storage, descriptor.label);
  }

  fromPointer(foreign: ForeignPointer): DeviceBuffer {
    this.assertAlive();
    throw new DgValidationError(
      `expected a cuda device for fromPointer of ${foreign.label ?? 'buffer'} but received the cpu device, ` +
        'which has no device addresses',
    );
  }

  createStream(): Stream {
    this.assertAlive();
    return new HostStream(this);
  }
}

function hostProperties(): DeviceProperties {
  const processors = cpus();
  return {
    model: processors[0]?.model ?? 'CPU',
    architecture: undefined,
    // Not processors.length: the reference runs on one thread.
    multiprocessorCount: 1,
    sharedMemoryPerBlockBytes: 0,
    l2CacheBytes: 0,
    totalMemoryBytes: totalmem(),
    clockMegahertz: processors[0]?.speed ?? 0,
  };
}
