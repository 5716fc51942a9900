import type { Event, Graph, Stream } from '@dg/runtime';
import { expect, it } from 'vitest';
import { launchesOfLast, protocolEffort, timeLaunches } from './time-launches.js';

/** A stream on which launch i of a graph takes i + 1 microseconds more, and replay r takes r times as long. */
function fakeStream(log: string[]) {
  let now = 0;
  let replays = 0;
  let live = 0;
  const eventAt = (time: number): Event =>
    ({
      synchronize: async () => {
        log.push('synchronize');
      },
      elapsedSince: (earlier: Event) => time - (earlier as unknown as { time: number }).time,
      destroy: () => {
        live--;
      },
      time,
    }) as unknown as Event;
  const stream = {
    record: () => {
      log.push('record');
      live++;
      return eventAt(now);
    },
    synchronize: async () => {},
    capture: (enqueue: () => void) => {
      enqueue();
      return {
        launch: () => {
          log.push('launch');
          replays++;
          now += replays;
        },
        destroy: () => log.push('destroyed'),
      } as unknown as Graph;
    },
  } as unknown as Stream;
  return { stream, counts: () => ({ replays, live }) };
}

it('cycles through the sets, warms up and takes the median replay', async () => {
  const log: string[] = [];
  const { stream, counts } = fakeStream(log);
  const microseconds = await timeLaunches(
    stream,
    ['a', 'b', 'c'].map((name) => () => log.push(name)),
  );
  expect(log.slice(0, 16).join('')).toBe('abcabcabcabcabca');
  // The warm replays go the way of the timed ones, and nothing comes between the records but the launch.
  const replay = ['record', 'launch', 'record', 'synchronize'];
  expect(log.slice(16)).toEqual([...Array.from({ length: 18 }, () => replay).flat(), 'destroyed']);
  // Replays 4 to 18 take 4 to 18 ms; the median is 11 ms for 16 launches.
  expect(microseconds).toBeCloseTo(11_000 / 16, 9);
  expect(counts()).toEqual({ replays: 18, live: 0 });
});

it('launches every set when there are more than 16', async () => {
  const log: string[] = [];
  await timeLaunches(
    fakeStream(log).stream,
    Array.from({ length: 20 }, (_, set) => () => log.push(`${set}`)),
  );
  expect(log.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, set) => `${set}`));
});

it('stops early where time is short, after the third replay', async () => {
  const { stream, counts } = fakeStream([]);
  const effort = { fewestLaunches: 1, warmReplays: 1, timedReplays: 15, millisecondsAtMost: 1 };
  // Replays 2, 3 and 4.
  expect(await timeLaunches(stream, [() => {}], effort)).toBeCloseTo(3000, 9);
  expect(counts().replays).toBe(4);
});

it('replays once more, after what prepares it, for a check', async () => {
  const log: string[] = [];
  const { stream, counts } = fakeStream(log);
  await timeLaunches(stream, [() => {}], { fewestLaunches: 1, warmReplays: 1, timedReplays: 2 }, () =>
    log.push(`after ${counts().replays}`),
  );
  expect(log.slice(-3)).toEqual(['after 3', 'launch', 'destroyed']);
  expect(counts()).toEqual({ replays: 4, live: 0 });
});

it.each([
  [1, 16],
  [5, 3],
  [7, 2],
  [16, 1],
  [20, 1],
])('of %i calls, the last is made %i times', (calls, times) => {
  expect(launchesOfLast(calls, protocolEffort)).toBe(times);
});
