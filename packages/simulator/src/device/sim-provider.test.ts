import { DgUnavailableError, DgValidationError, requestDevice } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import '../index.js';

describe('requestDevice with the simulator imported', () => {
  it('gives sim:sm_90a, which executes kernels', async () => {
    const device = await requestDevice('sim:sm_90a');
    expect(device).toMatchObject({ kind: 'sim', name: 'sim:sm_90a', executesKernels: true });
    device.destroy();
  });

  it('refuses sim:sm_100a and says what to use', async () => {
    const request = requestDevice('sim:sm_100a');
    await expect(request).rejects.toBeInstanceOf(DgUnavailableError);
    await expect(request).rejects.toMatchObject({ reason: 'simulator-not-implemented' });
    await expect(request).rejects.toThrow("requestDevice('sim:sm_90a')");
  });

  it('rejects an architecture that it does not know', async () => {
    const request = requestDevice('sim:sm_75');
    await expect(request).rejects.toBeInstanceOf(DgValidationError);
    await expect(request).rejects.toThrow(
      'expected sim:sm_90a or sim:sm_100a for device id but received "sim:sm_75"',
    );
  });
});
