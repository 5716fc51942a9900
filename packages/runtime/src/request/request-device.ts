import {
  DgUnavailableError,
  defaultLogger,
  type Environment,
  type Logger,
  readStringVariable,
} from '@dg/jit';
import { assessCuda, type BindingLoad } from '../availability/assess-cuda.js';
import type { Problem } from '../availability/availability.js';
import { contextProblem } from '../availability/init-failure.js';
import { loadNative } from '../availability/load-native.js';
import { CpuDevice } from '../cpu/cpu-device.js';
import { CudaDevice } from '../cuda/cuda-device.js';
import type { KernelCompiler } from '../cuda/kernel-compiler.js';
import type { Device } from '../device/device.js';
import { DgDriverError } from '../errors/dg-driver-error.js';
import { parseDeviceId } from './device-id.js';
import { deviceProvider } from './device-providers.js';
import { DeviceRegistry } from './device-registry.js';

/** Takes effect when the device is made; a device that is already alive keeps what it was made with. */
export interface RequestDeviceOptions {
  /** Default: stderr, at the level of `DG_LOG`. */
  readonly logger?: Logger;
  /** Compiles the kernels of a CUDA device. Default: `createCompiler` of @dg/jit. */
  readonly compiler?: KernelCompiler;
}

/** What a requester depends on; seams for tests. */
export interface RequesterEnvironment {
  readonly loadNative: () => BindingLoad;
  readonly env: Environment;
}

export type RequestDevice = (id?: string, options?: RequestDeviceOptions) => Promise<Device>;

/**
 * The device of an id: `cuda` (the first GPU that can be used), `cuda:N`, `cpu`, `sim:sm_90a`. Without an id,
 * `DG_DEVICE` decides; without that, CUDA where it can be used, else `cpu` with one warning on the logger that gives
 * the reason code and the mend.
 *
 * The same id gives the same device while it is alive. Making a CUDA device blocks the calling thread while the driver
 * makes its context, some tenths of a second.
 *
 * @throws DgUnavailableError (as a rejection) when what was asked for cannot be used, with `reason` and `mend`;
 * DgValidationError for an unknown id, or an environment variable with a value it cannot have; DgDriverError when the
 * driver refuses the context.
 */
export const requestDevice: RequestDevice = createRequestDevice({ loadNative, env: process.env });

export function createRequestDevice(environment: RequesterEnvironment): RequestDevice {
  const registry = new DeviceRegistry();
  const warnedReasons = new Set<string>();

  const requestCpu = () => registry.get('cpu', (onDestroy) => new CpuDevice(onDestroy));

  const requestCuda = async (ordinal: number | undefined, options: RequestDeviceOptions) => {
    const load = environment.loadNative();
    const chosen = chooseCuda(load, ordinal);
    if ('problem' in chosen) throw unavailable(chosen.problem);
    const name = `cuda:${chosen.ordinal}`;
    return await registry.get(name, (onDestroy) => {
      try {
        return new CudaDevice(chosen.binding, chosen.ordinal, {
          ...options,
          env: environment.env,
          onDestroy,
        });
      } catch (error) {
        const problem = error instanceof DgDriverError ? contextProblem(name, error) : undefined;
        throw problem === undefined ? error : unavailable(problem, error);
      }
    });
  };

  const requestBest = async (options: RequestDeviceOptions) => {
    const chosen = chooseCuda(environment.loadNative(), undefined);
    if ('ordinal' in chosen) return await requestCuda(chosen.ordinal, options);
    if (!warnedReasons.has(chosen.problem.reason)) {
      warnedReasons.add(chosen.problem.reason);
      const { reason, message, mend } = chosen.problem;
      const logger = options.logger ?? defaultLogger(environment.env);
      logger.warn(`no usable GPU (${reason}), using the cpu device: ${message} ${mend}`);
    }
    return await requestCpu();
  };

  return async (id, options = {}) => {
    const requested = id ?? readStringVariable(environment.env, 'DG_DEVICE');
    if (requested === undefined) return await requestBest(options);
    const parsed = parseDeviceId(
      requested,
      id === undefined ? 'environment variable DG_DEVICE' : 'device id',
    );
    if (parsed.kind === 'cpu') return await requestCpu();
    if (parsed.kind === 'cuda') return await requestCuda(parsed.ordinal, options);
    return await registry.get(parsed.id, (onDestroy) => deviceProvider('sim')(parsed.id, options, onDestroy));
  };
}

type CudaChoice =
  | { readonly binding: Extract<BindingLoad, { binding: unknown }>['binding']; readonly ordinal: number }
  | { readonly problem: Problem<string> };

function chooseCuda(load: BindingLoad, ordinal: number | undefined): CudaChoice {
  const { problem, devices } = assessCuda(load);
  if ('failure' in load || devices.length === 0) return { problem: problem! };
  const device =
    ordinal === undefined ? devices.find((candidate) => candidate.problem === undefined) : devices[ordinal];
  if (device === undefined) {
    if (ordinal === undefined) return { problem: problem! };
    return {
      problem: {
        reason: 'no-such-device',
        message: `expected an ordinal below ${devices.length} for cuda:${ordinal} but this machine has ${devices.length} GPU${devices.length === 1 ? '' : 's'}.`,
        mend: `Ask for one of ${devices.map((candidate) => candidate.id).join(', ')}.`,
      },
    };
  }
  return device.problem === undefined
    ? { binding: load.binding, ordinal: device.ordinal }
    : { problem: device.problem };
}

function unavailable(problem: Problem<string>, cause?: unknown): DgUnavailableError {
  return new DgUnavailableError(problem.reason, problem.message, problem.mend, { cause });
}
