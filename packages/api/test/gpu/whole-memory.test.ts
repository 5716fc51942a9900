import type { Device } from '@dg/runtime';
import { testDevice } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bf16GemmNt } from '../../src/index.js';

/** Fills the device: other processes on it would be refused memory meanwhile. */
describe('all of the memory', () => {
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  it('memory does not grow over 1000 tensors that are used and destroyed', async () => {
    const rows = 128;
    // 512 MiB each: the device could not hold them all.
    const columns = 2 ** 21;
    const largestGrowthBytes = 64 * 2 ** 20;
    const a = device.zeros([rows, 64], 'bfloat16');
    const useOne = () => {
      const tensor = device.empty([rows, columns], 'bfloat16');
      bf16GemmNt(a, a, tensor.slice(1, 0, rows));
      tensor.destroy();
    };
    useOne();
    await device.synchronize();
    const before = process.memoryUsage.rss();
    for (let round = 0; round < 1000; round++) useOne();
    await device.synchronize();
    expect(process.memoryUsage.rss() - before).toBeLessThan(largestGrowthBytes);
    a.destroy();
  });
});
