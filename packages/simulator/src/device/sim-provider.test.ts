import { DgUnavailableError, DgValidationError, requestDevice } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import '../index.js';

describe('requestDevice with the simulator imported', () => {
  it.each(['sim:sm_90a', 'sim:sm_100a'])('refuses %s and says what to use', async (id) => {
    const error = await requestDevice(id).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DgUnavailableError);
    expect(error).toMatchObject({ code: 'DG_UNAVAILABLE', reason: 'simulator-not-implemented' });
    expect((error as DgUnavailableError).mend).toContain("requestDevice('cpu')");
    expect((error as Error).message).toContain(id);
  });

  it('rejects an architecture that it does not know', async () => {
    const request = requestDevice('sim:sm_75');
    await expect(request).rejects.toBeInstanceOf(DgValidationError);
    await expect(request).rejects.toThrow(
      'expected sim:sm_90a or sim:sm_100a for device id but received "sim:sm_75"',
    );
  });

  it('refuses again on the next request', async () => {
    await expect(requestDevice('sim:sm_90a')).rejects.toMatchObject({ reason: 'simulator-not-implemented' });
    await expect(requestDevice('sim:sm_90a')).rejects.toMatchObject({ reason: 'simulator-not-implemented' });
  });
});
