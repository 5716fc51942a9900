import { CpuDevice } from '@dg/runtime';
import { expect, it, vi } from 'vitest';
import { repeatPattern } from './repeat-pattern.js';

it.each([1, 2, 3, 7, 100])('fills a buffer with a pattern of 3 bytes, %i bytes more', (more) => {
  const device = new CpuDevice();
  const buffer = device.createBuffer({ byteLength: 3 + more });
  buffer.write(Uint8Array.of(1, 2, 3));
  repeatPattern(buffer, 3);
  expect([...buffer.readSync()]).toEqual(Array.from({ length: 3 + more }, (_, index) => (index % 3) + 1));
});

it('copies no more at a time than a copy may have, and whole patterns', () => {
  const copyFrom = vi.fn();
  repeatPattern({ byteLength: 3 * 2 ** 30, copyFrom } as never, 1_000_003);
  const copies = copyFrom.mock.calls.map(([, { byteOffset, rowBytes }]) => ({ byteOffset, rowBytes }));
  expect(Math.max(...copies.map(({ rowBytes }) => rowBytes))).toBeLessThanOrEqual(2 ** 29);
  expect(copies.every(({ byteOffset }) => byteOffset % 1_000_003 === 0)).toBe(true);
  expect(copies.reduce((sum, { rowBytes }) => sum + rowBytes, 1_000_003)).toBe(3 * 2 ** 30);
});
