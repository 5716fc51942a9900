import type { DeviceProperties } from '../device/device-properties.js';
import type { NativeDeviceProperties } from '../native/binding.js';

const kilohertzPerMegahertz = 1000;

export function cudaProperties(native: NativeDeviceProperties): DeviceProperties {
  return {
    model: native.name,
    architecture: cudaArchitecture(native.computeMajor, native.computeMinor),
    multiprocessorCount: native.multiprocessorCount,
    sharedMemoryPerBlockBytes: native.sharedMemoryPerBlockOptinBytes,
    l2CacheBytes: native.l2CacheBytes,
    totalMemoryBytes: native.totalMemoryBytes,
    clockMegahertz: native.clockKilohertz / kilohertzPerMegahertz,
  };
}

/** The compiler target: with the architecture-specific features (`a`) where the kernels use them. */
export function cudaArchitecture(major: number, minor: number): string {
  const hasSpecificFeatures = (major === 9 || major === 10) && minor === 0;
  return `sm_${major}${minor}${hasSpecificFeatures ? 'a' : ''}`;
}
