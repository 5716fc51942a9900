import type { TimingEffort } from '../../../bench/src/measure/time-launches.js';

const [fewestLaunches, mostLaunches] = [2, 16] as const;
const timedReplays = 15;
/** The warm replay and three timed ones fill the budget where kernels are slow. */
const replaysOfBudget = 4;

/** The protocol of the benchmark with less of everything, so that slow kernels stay within the budget. */
export function sweepEffort(estimatedUs: number, budgetMilliseconds: number): TimingEffort {
  const affordable = Math.round((budgetMilliseconds * 1000) / replaysOfBudget / estimatedUs);
  return {
    fewestLaunches: Math.min(mostLaunches, Math.max(fewestLaunches, affordable)),
    warmReplays: 1,
    timedReplays,
    millisecondsAtMost: budgetMilliseconds,
  };
}
