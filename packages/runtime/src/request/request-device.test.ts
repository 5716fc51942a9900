import { DgUnavailableError, DgValidationError, type Logger } from '@dg/jit';
import { describe, expect, it } from 'vitest';
import type { BindingLoad } from '../availability/assess-cuda.js';
import { CpuDevice } from '../cpu/cpu-device.js';
import type { Device } from '../device/device.js';
import { FakeBinding, hopperProperties } from '../testing/fake-binding.js';
import { anyKernel, FakeCompiler } from '../testing/fake-cuda-device.js';
import { registerDeviceProvider } from './device-providers.js';
import { createRequestDevice } from './request-device.js';

const noAddon: BindingLoad = { failure: { reason: 'not-built', causes: ['not built'] } };
const fakeGpus = (...devices: object[]): BindingLoad => ({
  binding: new FakeBinding({ devices: devices.map((device) => ({ ...hopperProperties, ...device })) }),
});

function setUp(load: BindingLoad, env: Record<string, string> = {}) {
  const infos: string[] = [];
  const warnings: string[] = [];
  const logger: Logger = {
    debug() {},
    info: (message) => void infos.push(message),
    warn: (message) => void warnings.push(message),
  };
  const request = createRequestDevice({ loadNative: () => load, env });
  return { infos, warnings, request: (id?: string) => request(id, { logger, compiler: new FakeCompiler() }) };
}

async function failureOf(promise: Promise<Device>): Promise<DgUnavailableError> {
  const error: unknown = await promise.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  );
  if (error instanceof DgUnavailableError) return error;
  throw error;
}

describe('requestDevice', () => {
  it('prefers the first usable GPU, in silence', async () => {
    const { request, warnings } = setUp(fakeGpus({ computeMajor: 8 }, {}));
    const device = await request();
    expect(device.name).toBe('cuda:1');
    expect(await request('cuda')).toBe(device);
    expect(await request('cuda:1')).toBe(device);
    expect(warnings).toEqual([]);
  });

  // Pitfall: falling back to the CPU in silence.
  it('falls back to the cpu with one warning that has the reason and the mend', async () => {
    const { request, warnings } = setUp(noAddon);
    const device = await request();
    expect(await request()).toBe(device);
    expect(device.kind).toBe('cpu');
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toMatch(/addon-not-built.*build the addon/);
  });

  it('gives reason and mend when another process has the GPU for itself', async () => {
    const binding = new FakeBinding();
    binding.failNext('deviceRetain', 'CUDA_ERROR_DEVICE_UNAVAILABLE');
    const { request } = setUp({ binding });
    const error = await failureOf(request());
    expect(error).toMatchObject({ reason: 'context-refused', mend: expect.stringMatching(/exclusively/) });
    expect((await request()).name).toBe('cuda:0');
  });

  it('does not warn when the cpu is asked for', async () => {
    const { request, warnings } = setUp(noAddon, { DG_DEVICE: 'cpu' });
    expect((await request()).kind).toBe('cpu');
    expect(await request('cpu')).toBe(await request());
    expect(warnings).toEqual([]);
  });

  it('throws the reason and the mend when a GPU is asked for and none can be used', async () => {
    for (const request of [
      () => setUp(noAddon).request('cuda'),
      () => setUp(noAddon, { DG_DEVICE: 'cuda' }).request(),
    ]) {
      expect(await failureOf(request())).toMatchObject({
        reason: 'addon-not-built',
        mend: expect.stringMatching(/build/),
      });
    }
    const prohibited = setUp(fakeGpus({}, { computeMode: 2 }));
    expect((await failureOf(prohibited.request('cuda:1'))).reason).toBe('compute-prohibited');
    expect((await prohibited.request('cuda')).name).toBe('cuda:0');
  });

  it('says how many GPUs there are', async () => {
    const error = await failureOf(setUp(fakeGpus({}, {})).request('cuda:7'));
    expect(error.reason).toBe('no-such-device');
    expect(error.message).toMatch(/cuda:7 but this machine has 2 GPUs\. Ask for one of cuda:0, cuda:1/);
  });

  it('gives one device while it is alive, and a new one after', async () => {
    const { request } = setUp(fakeGpus({}, {}));
    const [first, again, second] = await Promise.all([request('cuda:0'), request('cuda'), request('cuda:1')]);
    expect(again).toBe(first);
    expect(second).not.toBe(first);
    first.destroy();
    const renewed = await request('cuda:0');
    expect(renewed).not.toBe(first);
    expect(renewed.destroyed).toBe(false);
    first.destroy();
    expect(await request('cuda:0')).toBe(renewed);
  });

  it('logs the loads of the device when DG_JIT_DEBUG is set, and refuses what that cannot be', async () => {
    const { request, infos } = setUp(fakeGpus({}), { DG_JIT_DEBUG: '1' });
    const device = await request('cuda');
    if (!device.executesKernels) throw new Error('unreachable');
    device.kernel(anyKernel);
    expect(infos).toEqual([expect.stringMatching(/^any-kernel .* loaded on cuda:0/)]);

    const load = fakeGpus({});
    const wrong = setUp(load, { DG_JIT_DEBUG: 'true' });
    await expect(wrong.request()).rejects.toThrow(DgValidationError);
    if ('failure' in load) throw new Error('unreachable');
    expect((load.binding as FakeBinding).count('deviceRetain')).toBe(0);
  });

  it('tries again after a device could not be made', async () => {
    const load = fakeGpus({});
    if ('failure' in load) throw new Error('unreachable');
    (load.binding as FakeBinding).failNext('deviceRetain', 'CUDA_ERROR_NOT_SUPPORTED');
    const { request } = setUp(load);
    await expect(request('cuda')).rejects.toMatchObject({ code: 'DG_DRIVER_ERROR' });
    expect((await request('cuda')).name).toBe('cuda:0');
  });

  it.each(['gpu', 'cuda:', 'cuda:-1', 'cuda:01', 'CUDA', 'sim', 'sim:', ''])(
    'refuses the id %j',
    async (id) => {
      await expect(setUp(noAddon).request(id)).rejects.toThrow(DgValidationError);
    },
  );

  it('names DG_DEVICE when that is wrong', async () => {
    await expect(setUp(noAddon, { DG_DEVICE: 'gpu' }).request()).rejects.toThrow(
      /environment variable DG_DEVICE but received "gpu"/,
    );
  });

  it('asks the registered provider for sim devices', async () => {
    const { request } = setUp(noAddon);
    expect((await failureOf(request('sim:sm_90a'))).message).toMatch(/Import '@dg\/simulator' first/);
    const asked: string[] = [];
    registerDeviceProvider('sim', (id, _options, onDestroy) => {
      asked.push(id);
      return new CpuDevice(onDestroy);
    });
    const device = await request('sim:sm_90a');
    expect(await request('sim:sm_90a')).toBe(device);
    device.destroy();
    expect(await request('sim:sm_90a')).not.toBe(device);
    expect(asked).toEqual(['sim:sm_90a', 'sim:sm_90a']);
  });
});
