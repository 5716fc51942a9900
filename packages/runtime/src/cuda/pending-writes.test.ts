import { describe, expect, it } from 'vitest';
import { CudaStorage } from './cuda-storage.js';
import { mostPendingWrites, PendingWrites } from './pending-writes.js';

const storage = (address: number, byteLength: number) =>
  new CudaStorage({ address, byteLength, sequence: 0 }, () => {});

describe('PendingWrites', () => {
  it('knows memory that overlaps what is written', () => {
    const pending = new PendingWrites();
    pending.queue(true, [storage(1000, 100), storage(1000, 50)]);
    const mayWrite = (address: number, byteLength: number) => pending.mayWrite(storage(address, byteLength));
    const asked = [mayWrite(900, 100), mayWrite(900, 101), mayWrite(1050, 10), mayWrite(1099, 1)];
    expect([...asked, mayWrite(1100, 1)]).toEqual([false, true, true, true, false]);
  });

  it('keeps what a chain of dependent launches writes, and forgets it at anything else', () => {
    const pending = new PendingWrites();
    const [first, second, third] = [storage(4096, 64), storage(8192, 64), storage(12288, 64)];
    pending.queue(false, [first]);
    pending.queue(true, [second]);
    expect([first, second, third].map((each) => pending.mayWrite(each))).toEqual([true, true, false]);
    pending.queue(false, [third]);
    expect([first, second, third].map((each) => pending.mayWrite(each))).toEqual([false, false, true]);
  });

  it('has one launch wait for all where there would be too much to remember', () => {
    const pending = new PendingWrites();
    for (let index = 0; index < mostPendingWrites; index++) {
      expect(pending.allowsDependentLaunch).toBe(true);
      pending.queue(true, [storage(64 * (index + 1), 64)]);
    }
    const elsewhere = storage(1e6, 64);
    expect([pending.allowsDependentLaunch, pending.mayWrite(elsewhere)]).toEqual([false, true]);
    pending.queue(false, []);
    expect([pending.allowsDependentLaunch, pending.mayWrite(elsewhere)]).toEqual([true, false]);
  });

  it('takes it that a graph may write anywhere', () => {
    const pending = new PendingWrites();
    pending.queueUnknown();
    expect([pending.allowsDependentLaunch, pending.mayWrite(storage(64, 64))]).toEqual([false, true]);
    pending.queue(false, []);
    expect([pending.allowsDependentLaunch, pending.mayWrite(storage(64, 64))]).toEqual([true, false]);
  });
});
