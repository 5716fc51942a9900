import { expect, it } from 'vitest';
import { DeviceHung, withDeadline } from './with-deadline.js';

it('gives what comes in time, and its error', async () => {
  expect(await withDeadline(Promise.resolve(3), 5)).toBe(3);
  await expect(withDeadline(Promise.reject(new Error('bad')), 5)).rejects.toThrow('bad');
});

it('does not wait for what never comes', async () => {
  const never = new Promise<never>(() => {});
  await expect(withDeadline(never, 0.01)).rejects.toThrow(DeviceHung);
});
