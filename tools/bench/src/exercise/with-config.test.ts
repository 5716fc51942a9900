import { gemmConfigName } from '@dg/kernels';
import { CpuDevice, DgError } from '@dg/runtime';
import { expect, it } from 'vitest';
import { denseGemmConfigs } from '../../../../packages/api/src/config/gemm-candidates.js';
import {
  changeDeviceSettings,
  deviceSettings,
} from '../../../../packages/api/src/settings/device-settings.js';
import { withConfig } from './with-config.js';

const config = denseGemmConfigs('bf16')[0]!;

it('gives every product the configuration, and puts back what was measured', async () => {
  const device = new CpuDevice();
  const before = { directory: 'before', entries: new Map() };
  changeDeviceSettings(device, { tuned: before });
  await withConfig(device, config, async () => {
    const entry = deviceSettings(device).tuned!.entries.get('any product');
    expect(entry).toMatchObject({ key: 'any product', config: gemmConfigName(config) });
  });
  expect(deviceSettings(device).tuned).toBe(before);
});

it('does not pass over a configuration that the library cannot use', async () => {
  const device = new CpuDevice();
  const use = withConfig(device, config, async () => {
    deviceSettings(device).tuned!.entries.delete('a product');
  });
  await expect(use).rejects.toThrow(/^expected a configuration for a product but received /);
  expect(deviceSettings(device).tuned).toBeUndefined();
});

it('wants a product', async () => {
  const device = new CpuDevice();
  const nothing = withConfig(device, config, async () => {});
  await expect(nothing).rejects.toThrow(/^expected a product by .* but received none$/);
  await expect(nothing).rejects.toBeInstanceOf(DgError);
});
