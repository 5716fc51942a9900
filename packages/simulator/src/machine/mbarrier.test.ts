import { describe, expect, it } from 'vitest';
import { ClusterActors } from '../ordering/cluster-actors.js';
import { Mbarrier } from './mbarrier.js';

function makeBarrier(arrivals: number): Mbarrier {
  const actors = new ClusterActors(0, 'a cluster', 1, 1);
  const slot = { actor: actors.add('a copy'), announcer: actors.add('its being there'), completed: 0 };
  return new Mbarrier(actors, slot, arrivals, 0, 0);
}

describe('a phase', () => {
  it('may get bytes before they are expected, as long as arrivals are pending', () => {
    const barrier = makeBarrier(1);
    const phase = barrier.expectCopy();
    expect(barrier.completeBytes(16, phase)).toBe(false);
    expect(barrier.completeBytes(48, phase)).toBe(false);
    expect(barrier.describe()).toContain('1 of 1 arrivals and 64 bytes more than expected');
    expect(barrier.arrive(1, 64, 'a thread')).toBe(true);
    expect(barrier.completed).toBe(1);
    expect(barrier.describeOpenBytes()).toBeUndefined();
  });

  it('is not over while bytes came that nobody expected', () => {
    const barrier = makeBarrier(2);
    const phase = barrier.expectCopy();
    expect(barrier.arrive(1, 16, 'a thread')).toBe(false);
    expect(barrier.completeBytes(32, phase)).toBe(false);
    expect(barrier.arrive(1, 0, 'another')).toBe(false);
    expect(barrier.describeOpenBytes()).toContain('0 of 2 arrivals and 16 bytes more than expected');
  });
});
