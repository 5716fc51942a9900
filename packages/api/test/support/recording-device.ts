import type { KernelSource } from '@dg/kernels';
import { CpuDevice, type KernelDevice } from '@dg/runtime';

export interface RecordingDevice {
  readonly device: KernelDevice;
  /** What was asked for since the last time, without repetitions. */
  takeSources(): KernelSource[];
}

/** A device that runs nothing and remembers which kernels calls ask for. */
export function recordingDevice(multiprocessorCount: number): RecordingDevice {
  const sources = new Map<string, KernelSource>();
  const cpu = new CpuDevice();
  const device = Object.assign(cpu, {
    executesKernels: true,
    properties: { ...cpu.properties, architecture: 'sm_90a', multiprocessorCount },
    kernel: (source: KernelSource) => {
      sources.set(source.code, source);
      return { name: source.name, launch: () => {} };
    },
  }) as unknown as KernelDevice;
  return {
    device,
    takeSources: () => {
      const taken = [...sources.values()];
      sources.clear();
      return taken;
    },
  };
}
