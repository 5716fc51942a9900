import { DgUnavailableError } from '@dg/jit';
import { describe, expect, it } from 'vitest';
import type { NativeDeviceProperties, OpenResult } from '../native/binding.js';
import { FakeBinding, hopperProperties } from '../testing/fake-binding.js';
import { nativeError } from '../testing/fake-native-error.js';
import type { BindingLoad } from './assess-cuda.js';
import { getAvailability } from './get-availability.js';
import { classifyLoad } from './load-native.js';

const findCompiler = () => '/usr/bin/nvcc';
const availabilityOf = (load: BindingLoad) => getAvailability({ loadNative: () => load, findCompiler });
const afterOpen = (open: Partial<OpenResult>) => availabilityOf({ binding: new FakeBinding({ open }) });
const withDevices = (...devices: Partial<NativeDeviceProperties>[]) =>
  availabilityOf({
    binding: new FakeBinding({ devices: devices.map((device) => ({ ...hopperProperties, ...device })) }),
  });

const initFailed = (cuResultName: string): Partial<OpenResult> => ({
  ok: false,
  reason: 'init-failed',
  detail: 'the words of the driver',
  cuResultName,
});

describe('getAvailability', () => {
  it('is available with one usable GPU', () => {
    const availability = withDevices({ computeMajor: 8 }, {});
    expect(availability).toMatchObject({ available: true, reason: undefined, message: undefined, notes: [] });
    expect(availability.devices.map((device) => [device.id, device.problem?.reason])).toEqual([
      ['cuda:0', 'unsupported-architecture'],
      ['cuda:1', undefined],
    ]);
  });

  it.each([
    [
      'addon-not-built',
      availabilityOf(
        classifyLoad({ failure: { causes: ['the package x is not installed', 'y is not built'] } }),
      ),
      /y is not built/,
      /build/,
    ],
    [
      'addon-failed-to-load',
      availabilityOf(
        classifyLoad({ failure: { causes: ['the package x is not installed', 'GLIBCXX not found'] } }),
      ),
      /GLIBCXX/,
      /again/,
    ],
    [
      'libcuda-not-found',
      afterOpen({ ok: false, reason: 'library-not-found', detail: 'cannot open', driverVersion: 0 }),
      /cannot open/,
      /driver/,
    ],
    [
      'libcuda-symbol-missing',
      afterOpen({ ok: false, reason: 'symbol-not-found', detail: 'cuLaunchKernelEx' }),
      /cuLaunchKernelEx/,
      /12\.3/,
    ],
    ['driver-too-old', afterOpen({ driverVersion: 12_020 }), /CUDA 12\.2/, /12\.3/],
    [
      'driver-too-old',
      afterOpen({ ok: false, reason: 'symbol-not-found', driverVersion: 11_080 }),
      /CUDA 11\.8/,
      /12\.3/,
    ],
    ['driver-init-failed', afterOpen(initFailed('CUDA_ERROR_SYSTEM_DRIVER_MISMATCH')), /words/, /reboot/],
    ['driver-init-failed', afterOpen(initFailed('CUDA_ERROR_NOT_PERMITTED')), /NOT_PERMITTED/, /access/],
    [
      'driver-init-failed',
      afterOpen(initFailed('CUDA_ERROR_SYSTEM_NOT_READY')),
      /NOT_READY/,
      /fabricmanager/,
    ],
    ['driver-init-failed', afterOpen(initFailed('CUDA_ERROR_STUB_LIBRARY')), /STUB/, /LD_LIBRARY_PATH/],
    ['driver-init-failed', afterOpen(initFailed('CUDA_ERROR_UNKNOWN')), /UNKNOWN/, /nvidia-smi/],
    ['no-device', afterOpen(initFailed('CUDA_ERROR_NO_DEVICE')), /at least one GPU/, /CUDA_VISIBLE_DEVICES/],
    ['no-device', withDevices(), /at least one GPU/, /CUDA_VISIBLE_DEVICES/],
    [
      'unsupported-architecture',
      withDevices({ computeMajor: 8, computeMinor: 9 }),
      /received 8\.9/,
      /Hopper/,
    ],
    ['unsupported-architecture', withDevices({ computeMajor: 10 }), /received 10\.0/, /Hopper/],
    [
      'compute-prohibited',
      withDevices({ computeMode: 2 }),
      /prohibited/,
      /nvidia-smi -i GPU-fake -c DEFAULT/,
    ],
    ['memory-pools-unsupported', withDevices({ memoryPoolsSupported: false }), /memory pools/, /vGPU/],
  ])('gives %s with its message and mend', (reason, availability, message, mend) => {
    expect(availability.available).toBe(false);
    expect(availability.reason).toBe(reason);
    expect(availability.message).toMatch(message);
    expect(availability.mend).toMatch(mend);
  });

  it('takes CUDA 12.3 itself', () => {
    expect(afterOpen({ driverVersion: 12_030 }).available).toBe(true);
  });

  it('says what the driver said when it cannot describe its GPUs', () => {
    const binding = new FakeBinding();
    binding.deviceProperties = () => {
      throw nativeError('cuDeviceGetName', 'CUDA_ERROR_OPERATING_SYSTEM');
    };
    const availability = getAvailability({ loadNative: () => ({ binding }), findCompiler: () => {} });
    expect(availability).toMatchObject({ available: false, reason: 'driver-init-failed', devices: [] });
    expect(availability.message).toMatch(/CUDA_ERROR_OPERATING_SYSTEM/);
    expect(availability.mend).toMatch(/kernel modules/);
  });

  it('notes a missing compiler, and stays available', () => {
    const availability = getAvailability({
      loadNative: () => ({ binding: new FakeBinding() }),
      findCompiler: () => {
        throw new DgUnavailableError('nvcc-not-found', 'expected nvcc but received none.', 'Install it.');
      },
    });
    expect(availability.available).toBe(true);
    expect(availability.notes).toMatchObject([{ reason: 'nvcc-not-found', mend: 'Install it.' }]);
  });

  it('looks at the real machine without throwing', () => {
    const availability = getAvailability();
    expect(availability.available).toBe(availability.reason === undefined);
    expect(availability.mend === undefined).toBe(availability.available);
  });
});
