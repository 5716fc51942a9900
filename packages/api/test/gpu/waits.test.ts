import type { Device } from '@dg/runtime';
import { testDevice } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bf16GemmNt } from '../../src/index.js';

describe('waits', () => {
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  // Pitfall: waiting for the GPU on the event loop.
  it('waiting keeps the event loop free', async () => {
    const size = 8192;
    const calls = 200;
    const fewestTurns = 50;
    const a = device.zeros([size, size], 'bfloat16');
    const d = device.empty([size, size], 'bfloat16');
    bf16GemmNt(a, a, d);
    await device.synchronize();

    const start = performance.now();
    for (let call = 0; call < calls; call++) bf16GemmNt(a, a, d);
    const enqueued = performance.now() - start;
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await device.synchronize();
    clearInterval(timer);
    const waited = performance.now() - start;
    expect(enqueued).toBeLessThan(waited / 4);
    expect(turns).toBeGreaterThan(fewestTurns);
    a.destroy();
    d.destroy();
  });
});
