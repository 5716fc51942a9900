import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Semaphore } from './semaphore.js';

async function inside<Result>(semaphore: Semaphore, task: () => Promise<Result>): Promise<Result> {
  const leave = await semaphore.enter();
  try {
    return await task();
  } finally {
    leave();
  }
}

it('runs at most as many tasks as it has slots, in order, and goes on after a failure', async () => {
  const semaphore = new Semaphore(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const tasks = [0, 1, 2, 3, 4].map((index) =>
    inside(semaphore, async () => {
      started.push(index);
      running += 1;
      most = Math.max(most, running);
      await sleep(5);
      running -= 1;
      if (index === 1) throw new Error('one');
      return index;
    }),
  );
  const results = await Promise.allSettled(tasks);
  expect(most).toBe(2);
  expect(started).toEqual([0, 1, 2, 3, 4]);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});

it('forgets who gives up waiting', async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.enter();
  const controller = new AbortController();
  const impatient = semaphore.enter(controller.signal);
  const patient = semaphore.enter();
  controller.abort(new Error('enough'));
  await expect(impatient).rejects.toThrow('enough');
  leave();
  // A second call changes nothing.
  leave();
  (await patient)();
  (await semaphore.enter())();
});
