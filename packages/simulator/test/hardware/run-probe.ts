import {
  type DeviceBuffer,
  type Kernel,
  type KernelArgument,
  type KernelCompiler,
  type KernelDevice,
  requestDevice,
} from '@dg/runtime';
import { createSimulator, type SimDevice } from '../../src/index.js';
import { gaveUp, probeEntry } from './kernel-text.js';
import type { Probe } from './probe.js';

/** A device and how it loads the text of a probe. */
export interface ProbeDevice {
  readonly device: KernelDevice;
  load(probe: Probe): Kernel;
}

export function simulatorForProbes(): ProbeDevice {
  const device: SimDevice = createSimulator({ seed: 1 });
  return { device, load: ({ ptx }) => device.kernelFromPtx(ptx, probeEntry) };
}

/** The driver compiles PTX itself (CUDA driver API, cuModuleLoadDataEx), so the text stands for the image. */
const textAsImage: KernelCompiler = {
  compile: async ({ code }) => ({ image: new TextEncoder().encode(code) }),
  compileSync: ({ code }) => ({ image: new TextEncoder().encode(code) }),
};

export async function hardwareForProbes(): Promise<ProbeDevice> {
  const device = (await requestDevice('cuda', { compiler: textAsImage })) as KernelDevice;
  const load = ({ name, ptx }: Probe) =>
    device.kernel({ name, entry: probeEntry, code: ptx, includeRoots: [] });
  return { device, load };
}

/**
 * Runs a probe once and returns its output.
 *
 * @throws Error when the probe gave up waiting, and whatever the device throws.
 */
export function runProbe({ device, load }: ProbeDevice, probe: Probe): Uint8Array {
  const buffers: DeviceBuffer[] = [];
  const upload = (bytes: Uint8Array): DeviceBuffer => {
    const buffer = device.createBuffer({ byteLength: bytes.byteLength, label: probe.name });
    buffers.push(buffer);
    buffer.write(bytes);
    return buffer;
  };
  try {
    const kernel = load(probe);
    const output = upload(probe.output);
    const status = upload(new Uint8Array(16));
    const inputs = probe.inputs.map(upload);
    const addresses = [output, status, ...inputs].map(
      (buffer): KernelArgument => ({ type: 'address', buffer, byteOffset: 0 }),
    );
    const maps = probe.tensorMaps.map(({ over, ...map }): KernelArgument => {
      const buffer = over === 'output' ? output : inputs[over]!;
      return { type: 'tensorMap', map: { ...map, buffer, byteOffset: 0, l2PromotionBytes: 0 } };
    });
    kernel.launch({
      grid: probe.grid,
      block: probe.block,
      ...(probe.cluster === undefined ? {} : { cluster: probe.cluster }),
      dynamicSharedMemoryBytes: probe.dynamicSharedMemoryBytes,
      arguments: [...addresses, ...maps],
    });
    device.synchronizeSync();
    const received = status.readSync()[0];
    if (received !== 0) {
      const meaning = received === gaveUp ? 'a wait that gave up' : `status ${received}`;
      throw new Error(`expected an end for the probe ${probe.name} but received ${meaning}`);
    }
    return output.readSync();
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}
