import { expect, it } from 'vitest';
import { describeNative, resultOf } from './testing/native-child.js';

const open = (env: Record<string, string>) =>
  resultOf(({ binding }) => {
    binding.initialize(true);
    return [binding.open(), binding.open()] as const;
  }, env);

describeNative('open', () => {
  it('reports the driver', async () => {
    const [first, second] = await open({ FAKE_CUDA_DRIVER_VERSION: '12080' });
    expect(first).toEqual({
      ok: true,
      reason: 'ok',
      detail: '',
      cuResult: 0,
      cuResultName: 'CUDA_SUCCESS',
      driverVersion: 12080,
    });
    expect(second).toEqual(first);
  });

  it('says that libcuda is missing', async () => {
    const [result] = await open({ LD_LIBRARY_PATH: '/nonexistent' });
    expect(result).toMatchObject({ ok: false, reason: 'library-not-found', driverVersion: 0 });
    expect(result.detail).toContain('libcuda.so.1');
  });

  it('names the symbol that an old driver lacks', async () => {
    const [result] = await open({
      FAKE_CUDA_MISSING_SYMBOL: 'cuTensorMapEncodeTiled',
      FAKE_CUDA_DRIVER_VERSION: '11080',
    });
    expect(result).toMatchObject({ ok: false, reason: 'symbol-not-found', driverVersion: 11080 });
    expect(result.detail).toContain('cuTensorMapEncodeTiled');
  });

  it('passes on what cuInit returns', async () => {
    const [result] = await open({ FAKE_CUDA_INIT_RESULT: '803' });
    expect(result).toMatchObject({
      ok: false,
      reason: 'init-failed',
      cuResult: 803,
      cuResultName: 'CUDA_ERROR_SYSTEM_DRIVER_MISMATCH',
    });
    expect(result.detail).toContain('display driver');
  });

  it('works without the optional cuFuncGetParamInfo', async () => {
    const [result] = await open({ FAKE_CUDA_MISSING_SYMBOL: 'cuFuncGetParamInfo' });
    expect(result.ok).toBe(true);
  });

  it('refuses other calls before it has succeeded', async () => {
    const failures = await resultOf(
      ({ binding, failure }) => {
        const early = failure(() => binding.deviceCount());
        binding.initialize(true);
        binding.open();
        return [early, failure(() => binding.deviceCount())];
      },
      { FAKE_CUDA_INIT_RESULT: '100' },
    );
    for (const failure of failures) expect(failure?.message).toMatch(/^expected initialize\(\) and/);
  });
});
