import type { KernelSource } from '@dg/kernels';
import { CpuDevice, type KernelDevice, type Launch } from '@dg/runtime';

export interface RecordingDevice {
  readonly device: KernelDevice;
  /** What was asked for since the last time, without repetitions. */
  takeSources(): KernelSource[];
  /** All that was to be launched. */
  readonly launches: readonly Launch[];
}

/** A device that runs nothing and remembers which kernels calls ask for, and what they launch. */
export function recordingDevice(multiprocessorCount: number): RecordingDevice {
  const sources = new Map<string, KernelSource>();
  const launches: Launch[] = [];
  const cpu = new CpuDevice();
  const device = Object.assign(cpu, {
    executesKernels: true,
    properties: { ...cpu.properties, architecture: 'sm_90a', multiprocessorCount },
    kernel: (source: KernelSource) => {
      sources.set(source.code, source);
      return { name: source.name, launch: (launch: Launch) => void launches.push(launch) };
    },
  }) as unknown as KernelDevice;
  return {
    device,
    launches,
    takeSources: () => {
      const taken = [...sources.values()];
      sources.clear();
      return taken;
    },
  };
}
