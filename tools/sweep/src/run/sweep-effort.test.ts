import { expect, it } from 'vitest';
import { sweepEffort } from './sweep-effort.js';

it.each([
  // Four replays of 16 launches of 10 µs are nothing.
  [10, 16],
  // 40 ms are four replays of 4 launches of 2.5 ms.
  [2500, 4],
  [50_000, 2],
])('kernels of %d µs: %i launches', (estimatedUs, launches) => {
  expect(sweepEffort(estimatedUs, 40).fewestLaunches).toBe(launches);
});
