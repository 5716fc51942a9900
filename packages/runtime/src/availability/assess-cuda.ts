import { cudaProperties } from '../cuda/cuda-properties.js';
import type { NativeBinding, NativeDeviceProperties, OpenResult } from '../native/binding.js';
import { isNativeFailure } from '../native/is-native-failure.js';
import type { DeviceAvailability, Problem } from './availability.js';
import { initProblem, noDeviceProblem, queryProblem } from './init-failure.js';

/** What loading the addon gave. */
export type BindingLoad = { readonly binding: NativeBinding } | { readonly failure: BindingFailure };

export interface BindingFailure {
  readonly reason: 'not-built' | 'failed-to-load';
  /** The loader's own words, one per place that was tried. */
  readonly causes: readonly string[];
}

export interface CudaAssessment {
  readonly problem: Problem | undefined;
  readonly devices: readonly DeviceAvailability[];
}

/** CUDA 12.3, as cuDriverGetVersion counts. */
const oldestDriverVersion = 12_030;
/** CU_COMPUTEMODE_PROHIBITED */
const computeModeProhibited = 2;
/** Compute capabilities with kernels. */
const supportedCapabilities: ReadonlySet<string> = new Set(['9.0']);

/** Finds what, if anything, keeps each GPU from being used. Creates no context. */
export function assessCuda(load: BindingLoad): CudaAssessment {
  if ('failure' in load) return { problem: loadProblem(load.failure), devices: [] };
  const { binding } = load;
  const open = binding.open();
  const problem = openProblem(open);
  if (problem !== undefined) return { problem, devices: [] };
  const devices: DeviceAvailability[] = [];
  try {
    for (let ordinal = 0; ordinal < binding.deviceCount(); ordinal++) {
      devices.push(assessDevice(binding.deviceProperties(ordinal), ordinal));
    }
  } catch (error) {
    if (!isNativeFailure(error)) throw error;
    return { problem: queryProblem(error), devices: [] };
  }
  if (devices.length === 0) return { problem: noDeviceProblem(), devices };
  const usable = devices.some((device) => device.problem === undefined);
  return { problem: usable ? undefined : devices[0]!.problem, devices };
}

function loadProblem(failure: BindingFailure): Problem {
  const causes = failure.causes.join('; ');
  if (failure.reason === 'not-built') {
    return {
      reason: 'addon-not-built',
      message: `expected the native addon of @dg/runtime but received none: ${causes}.`,
      mend: 'Install the prebuilt package for this platform, or build the addon with a C++20 compiler, CMake and a CUDA toolkit (build:native).',
    };
  }
  return {
    reason: 'addon-failed-to-load',
    message: `expected the native addon of @dg/runtime to load but received: ${causes}.`,
    mend: 'Build it again on this machine (build:native), with the Node.js and C++ runtime that are used to run it.',
  };
}

function openProblem(open: OpenResult): Problem | undefined {
  if (open.reason === 'library-not-found') {
    return {
      reason: 'libcuda-not-found',
      message: `expected libcuda.so.1 of the NVIDIA driver but received: ${open.detail}.`,
      mend: 'Install the NVIDIA driver; in a container, start it with the NVIDIA runtime, which brings libcuda along.',
    };
  }
  // First, as an old driver is also why functions are missing.
  if (open.driverVersion > 0 && open.driverVersion < oldestDriverVersion)
    return tooOldProblem(open.driverVersion);
  if (open.reason === 'symbol-not-found') {
    return {
      reason: 'libcuda-symbol-missing',
      message: `expected every driver function that is used in libcuda but received: ${open.detail}.`,
      mend: `Install an NVIDIA driver for CUDA ${versionName(oldestDriverVersion)} or newer, and check that no other libcuda.so.1 comes first in LD_LIBRARY_PATH.`,
    };
  }
  return open.ok ? undefined : initProblem(open);
}

function tooOldProblem(driverVersion: number): Problem {
  return {
    reason: 'driver-too-old',
    message: `expected a driver for CUDA ${versionName(oldestDriverVersion)} or newer but received CUDA ${versionName(driverVersion)}.`,
    mend: `Install an NVIDIA driver for CUDA ${versionName(oldestDriverVersion)} or newer.`,
  };
}

function assessDevice(native: NativeDeviceProperties, ordinal: number): DeviceAvailability {
  const id = `cuda:${ordinal}`;
  return { id, ordinal, properties: cudaProperties(native), problem: deviceProblem(native, id) };
}

function deviceProblem(native: NativeDeviceProperties, id: string): Problem | undefined {
  const capability = `${native.computeMajor}.${native.computeMinor}`;
  if (!supportedCapabilities.has(capability)) {
    return {
      reason: 'unsupported-architecture',
      message: `expected compute capability ${[...supportedCapabilities].join(' or ')} for ${id} but received ${capability} (${native.name}).`,
      mend: 'Use a Hopper GPU such as H100 or H200, or the cpu device.',
    };
  }
  if (native.computeMode === computeModeProhibited) {
    return {
      reason: 'compute-prohibited',
      message: `expected a compute mode that allows contexts for ${id} but received prohibited.`,
      mend: `Set the compute mode to default: nvidia-smi -i ${native.uuid || id} -c DEFAULT.`,
    };
  }
  if (!native.memoryPoolsSupported) {
    return {
      reason: 'memory-pools-unsupported',
      message: `expected stream-ordered memory pools for ${id} but received a device without them.`,
      mend: 'Use the whole GPU or a MIG slice, not a vGPU profile without memory pools, and update the driver.',
    };
  }
  return undefined;
}

/** 12030 → 12.3 */
function versionName(version: number): string {
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}
