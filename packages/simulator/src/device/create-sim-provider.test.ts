import { DgUnavailableError, DgValidationError, type Logger } from '@dg/runtime';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { simulatorOn } from './create-simulator.js';
import { SimDevice } from './sim-device.js';
import { createSimProvider } from './sim-provider.js';
import { FakeBackend } from './testing/fake-backend.js';
import { ptxText } from './testing/ptx-text.js';

const oneThread = { grid: [1, 1, 1], block: [1, 1, 1], arguments: [] } as const;

function seedOfLaunch(backend: FakeBackend, device: SimDevice): number {
  device.kernelFromPtx(ptxText('k', []), 'k').launch(oneThread);
  return backend.executions.at(-1)!.options.seed;
}

afterEach(() => vi.unstubAllEnvs());

describe('a provider with a machine', () => {
  it('makes a device with the logger and the seed of the environment, and tells when it is destroyed', async () => {
    vi.stubEnv('DG_SIM_SEED', '77');
    const backend = new FakeBackend();
    const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {} };
    const onDestroy = vi.fn();
    const device = await createSimProvider(backend)('sim:sm_90a', { logger }, onDestroy);
    expect(device).toBeInstanceOf(SimDevice);
    expect(device.name).toBe('sim:sm_90a');
    expect(seedOfLaunch(backend, device as SimDevice)).toBe(77);
    expect(backend.executions[0]!.options.logger).toBe(logger);
    device.destroy();
    expect(onDestroy).toHaveBeenCalledTimes(1);
  });

  it('refuses what is not implemented and what is not known', () => {
    const provider = createSimProvider(new FakeBackend());
    const request = (id: string) => () => provider(id, {}, () => {});
    expect(request('sim:sm_100a')).toThrow(DgUnavailableError);
    expect(request('sim:sm_100a')).toThrow('for sim:sm_100a but received one for sim:sm_90a only');
    expect(request('sim:sm_75')).toThrow(DgValidationError);
  });

  it('refuses a seed of the environment that is none', () => {
    vi.stubEnv('DG_SIM_SEED', 'seven');
    expect(() => createSimProvider(new FakeBackend())('sim:sm_90a', {}, () => {})).toThrow(
      'environment variable DG_SIM_SEED',
    );
  });
});

describe('createSimulator', () => {
  it('makes another device at every call, with its options', () => {
    vi.stubEnv('DG_SIM_SEED', '77');
    const backend = new FakeBackend();
    const createSimulator = simulatorOn(backend);
    const device = createSimulator({ seed: 3, checks: ['bounds'], stepLimit: 10, multiprocessorCount: 2 });
    expect(seedOfLaunch(backend, device)).toBe(3);
    expect(backend.executions[0]!.options).toMatchObject({ checks: new Set(['bounds']), stepLimit: 10 });
    expect(device.properties.multiprocessorCount).toBe(2);
    const other = createSimulator();
    expect(other).not.toBe(device);
    expect(seedOfLaunch(backend, other)).toBe(77);
  });
});
