import type { DgDriverError } from '../errors/dg-driver-error.js';
import type { NativeFailure, OpenResult } from '../native/binding.js';
import type { Problem } from './availability.js';

/** CUDA driver API, "CUresult": what to do about each failure of cuInit and of making a context that users meet. */
const mends: Readonly<Record<string, string>> = {
  CUDA_ERROR_STUB_LIBRARY:
    'The libcuda.so.1 that was loaded is the stub of the CUDA toolkit: take its folder out of LD_LIBRARY_PATH.',
  CUDA_ERROR_DEVICE_UNAVAILABLE:
    'Another process uses the GPU exclusively: end it, or set the compute mode to default.',
  CUDA_ERROR_NOT_PERMITTED:
    'Give this process access to the GPU: run the container with the NVIDIA runtime and its device nodes.',
  CUDA_ERROR_OPERATING_SYSTEM:
    'Check that the nvidia kernel modules are loaded and that /dev/nvidia* can be opened by this user.',
  CUDA_ERROR_SYSTEM_NOT_READY:
    'Start what the machine needs first; on NVSwitch systems that is nvidia-fabricmanager.',
  CUDA_ERROR_SYSTEM_DRIVER_MISMATCH:
    'The NVIDIA kernel module and libcuda have different versions: reboot, or reload the module after a driver update.',
  CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE:
    'Remove the CUDA forward-compatibility package from LD_LIBRARY_PATH, or install a newer driver.',
};

const generalMend =
  'Run nvidia-smi: when it fails too, repair the driver; in a container, start it with GPU access.';

export function initProblem(open: OpenResult): Problem {
  if (open.cuResultName === 'CUDA_ERROR_NO_DEVICE') return noDeviceProblem();
  return {
    reason: 'driver-init-failed',
    message: `expected cuInit to succeed for the NVIDIA driver but received ${open.cuResultName || `result ${open.cuResult}`}: ${open.detail}.`,
    mend: mends[open.cuResultName] ?? generalMend,
  };
}

/** The driver started but cannot say what GPUs there are. */
export function queryProblem(error: Error & NativeFailure): Problem {
  return {
    reason: 'driver-init-failed',
    message: `expected the NVIDIA driver to describe its GPUs but received ${error.cuResultName}: ${error.message}.`,
    mend: mends[error.cuResultName] ?? generalMend,
  };
}

/** Why a GPU that looked usable has no context for this process; undefined where nothing can be said about it. */
export function contextProblem(id: string, error: DgDriverError): Problem<string> | undefined {
  const mend = mends[error.result];
  if (mend === undefined) return undefined;
  return {
    reason: 'context-refused',
    message: `expected a context on ${id} but received: ${error.message}.`,
    mend,
  };
}

export function noDeviceProblem(): Problem {
  return {
    reason: 'no-device',
    message: 'expected at least one GPU but received none from the NVIDIA driver.',
    mend: 'Check nvidia-smi, that CUDA_VISIBLE_DEVICES does not hide the GPU, and that a container was given it.',
  };
}
